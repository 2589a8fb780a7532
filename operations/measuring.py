"""Counting requests: for Prometheus, and by the minute for the windows that alerts look at.

In this process's memory; a pulse writes the minutes every few seconds (operations.pulse).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram

from .latency import STEPS, step_of
from .models import Minute

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
UNCOUNTED = {"healthz", "readyz", "metrics"}  # asked by machines, however busy people are
DOORS = ("webhooks:", "forms:submit")
MOST_KEPT = 300  # minutes of areas, while the database is away

latency = Histogram(
    "madar_request_seconds",
    "Time to the answer's first byte, by name of the view",
    ["view", "method", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 5),
)
_known: dict[tuple[str, str, int], Any] = {}  # looking a child up by its labels is the costly part


@dataclass
class Tally:
    """What one area did in one minute."""

    count: int = 0
    failed: int = 0
    timed: list[int] = field(default_factory=lambda: [0] * STEPS)


_lock = Lock()
_tallies: dict[tuple[str, int], Tally] = {}  # by area and minute since the epoch


def measure(request: HttpRequest, response: HttpResponse, *, seconds: float, at: float) -> None:
    """Count one answer. `seconds` it took, `at` in seconds since the epoch.

    Names of views label it, never addresses: their number is bounded. Static files are not counted.
    """
    match = request.resolver_match
    status = response.status_code
    if match is None and status < 400:
        return
    view = match.view_name if match else "none"
    key = (view, str(request.method), status // 100)
    child = _known.get(key) or _child(*key)
    child.observe(seconds)
    if view not in UNCOUNTED:
        _add(_area(request.path, view), int(at // 60), status >= 500, step_of(seconds * 1000))


def _child(view: str, method: str, status_class: int) -> Any:
    known = method if method in METHODS else "OTHER"  # a client may write anything there
    child = latency.labels(view, known, f"{status_class}xx")
    if known == method:
        _known[view, method, status_class] = child
    return child


def _area(path: str, view: str) -> str:
    if view.startswith(DOORS):
        return Minute.Name.WEBHOOK.value
    return Minute.Name.API.value if path.startswith("/api/") else Minute.Name.PAGE.value


def _add(area: str, minute: int, is_failed: bool, step: int) -> None:
    with _lock:
        tally = _tallies.get((area, minute))
        if tally is None:
            tally = _tallies[area, minute] = Tally()
        tally.count += 1
        tally.failed += is_failed
        tally.timed[step] += 1


def take() -> dict[tuple[str, datetime], Tally]:
    """Return what was counted since the last call, and forget it."""
    with _lock:
        taken = {
            (area, datetime.fromtimestamp(minute * 60, UTC)): tally
            for (area, minute), tally in _tallies.items()
        }
        _tallies.clear()
    return taken


def give_back(taken: Mapping[tuple[str, datetime], Tally]) -> None:
    """Count again what could not be written, unless far too much of it waits already."""
    with _lock:
        for (area, at), tally in taken.items():
            key = (area, int(at.timestamp() // 60))
            if key in _tallies:
                kept = _tallies[key]
                kept.count += tally.count
                kept.failed += tally.failed
                kept.timed = [a + b for a, b in zip(kept.timed, tally.timed, strict=True)]
            elif len(_tallies) < MOST_KEPT:
                _tallies[key] = tally

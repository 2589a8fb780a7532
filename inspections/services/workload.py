"""How full the days of inspectors are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts.models import Branch
from inspections.hours import Span, day_span, minutes_of, open_spans, overlap_minutes


@dataclass(frozen=True)
class Load:
    """Booked and available minutes of one inspector on one day, or of several."""

    booked: int
    available: int

    @property
    def percent(self) -> int:
        """Booked of available, rounded; 100 for work on a closed day."""
        if not self.available:
            return 100 if self.booked else 0
        return round(100 * self.booked / self.available)

    def __add__(self, other: "Load") -> "Load":
        return Load(self.booked + other.booked, self.available + other.available)


NONE = Load(0, 0)


def workload(
    branch: Branch, days: Sequence[date], people: Iterable[int], visits: Any, absences: Any
) -> dict[tuple[int, date], Load]:
    """Return the load of every person and day.

    `visits` and `absences` are rows with inspector_id, starts_at and ends_at. Booked are all
    minutes of visits, also those outside of the hours; available are the working minutes without
    absences.
    """
    known = list(people)
    booked, away = _spans_of(visits), _spans_of(absences)
    loads = {}
    for day in days:
        whole, hours = day_span(day, branch), open_spans(branch, day)
        open_minutes = sum(map(minutes_of, hours))
        for person in known:
            taken = _shared(booked.get(person, []), [whole])
            missing = _shared(away.get(person, []), hours)
            loads[person, day] = Load(taken, open_minutes - missing)
    return loads


def _spans_of(rows: Any) -> dict[int, list[Span]]:
    """When each person has one of the rows."""
    spans: dict[int, list[Span]] = {}
    for row in rows:
        spans.setdefault(row.inspector_id, []).append((row.starts_at, row.ends_at))
    return spans


def _shared(ones: Iterable[Span], others: Sequence[Span]) -> int:
    return sum(overlap_minutes(one, other) for one in ones for other in others)

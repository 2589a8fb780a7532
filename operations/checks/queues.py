"""Nothing waits long, nothing is left to a person unseen, and somebody works (MO-4)."""

from collections.abc import Iterator
from datetime import datetime

from operations.figures import queues

from .finding import CRITICAL, WARNING, Finding

MOST_SECONDS = 30  # of waiting
LONG_SECONDS = 300  # then a queue of jobs does not merely have much to do


def waiting(now: datetime) -> Iterator[Finding]:
    """The oldest signal or job that could be worked on has waited more than 30 seconds."""
    signals = queues.signals(now)
    if signals.oldest_seconds > MOST_SECONDS:
        yield _aged("signals_waiting", "", signals.oldest_seconds, signals.waiting, is_intake=True)
    for queue in queues.queues(now):
        if queue.oldest_seconds > MOST_SECONDS:
            yield _aged("jobs_waiting", queue.name, queue.oldest_seconds, queue.waiting)


def _aged(
    code: str, subject: str, seconds: float, waiting: int, *, is_intake: bool = False
) -> Finding:
    return Finding(
        code=code,
        subject=subject,
        level=CRITICAL if is_intake or seconds > LONG_SECONDS else WARNING,
        figures={"value": round(seconds), "limit": MOST_SECONDS, "waiting": waiting},
    )


def dead_letters(now: datetime) -> Iterator[Finding]:
    """Signals or jobs have failed for good: each needs a person."""
    signals = queues.signals(now)
    if signals.failed:
        yield Finding(code="signals_failed", figures={"value": signals.failed, "limit": 0})
    failed = sum(queue.failed for queue in queues.queues(now))
    if failed:
        yield Finding(code="jobs_failed", figures={"value": failed, "limit": 0})


def workers(now: datetime) -> Iterator[Finding]:
    """No worker beats."""
    found = queues.workers()
    if not found.count:
        last = found.last_beat.isoformat() if found.last_beat else ""
        yield Finding(code="no_worker", level=CRITICAL, figures={"last_beat": last})

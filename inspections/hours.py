"""Working hours of a branch on its own clock, as moments."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from accounts.models import Branch

Span = tuple[datetime, datetime]  # both in UTC, the end excluded
_MIDNIGHT = "24:00"


def at(day: date, clock: time, branch: Branch) -> datetime:
    """Return the moment of a wall clock reading in the branch, in UTC."""
    return datetime.combine(day, clock, branch.clock).astimezone(UTC)


def day_span(day: date, branch: Branch) -> Span:
    """Return a whole day of the branch."""
    return _day_span(day, branch.clock)


@lru_cache(maxsize=512)
def _day_span(day: date, clock: tzinfo) -> Span:
    """Kept: a calendar asks for the same days for every visit that it places."""
    ends = (datetime.combine(one, time.min, clock) for one in (day, day + timedelta(days=1)))
    since, until = (moment.astimezone(UTC) for moment in ends)
    return since, until


def stretches(branch: Branch, day: date) -> list[Span]:
    """Return the branch's working stretches that begin on a day, in order; none on a closed day.

    An end that is no later than its start is the next day's, as the branch's form reads it.
    """
    hours = branch.working_hours if isinstance(branch.working_hours, dict) else {}
    written = hours.get(str(day.isoweekday())) or []
    spans = [_stretch(day, start, end, branch) for start, end in written]
    return sorted(span for span in spans if span[0] < span[1])


def _stretch(day: date, start: str, end: str, branch: Branch) -> Span:
    first = at(day, time.fromisoformat(start), branch)
    if end == _MIDNIGHT:
        return first, day_span(day, branch)[1]
    until = time.fromisoformat(end)
    is_night = until <= time.fromisoformat(start)
    return first, at(day + timedelta(days=1) if is_night else day, until, branch)


def open_spans(branch: Branch, day: date) -> list[Span]:
    """Return when the branch works within a day: its stretches, and the night before's rest."""
    since, until = day_span(day, branch)
    known = [*stretches(branch, day - timedelta(days=1)), *stretches(branch, day)]
    spans = [(max(start, since), min(end, until)) for start, end in known]
    return sorted(span for span in spans if span[0] < span[1])


def minutes_of(span: Span) -> int:
    """Return the length of a span in minutes."""
    return int((span[1] - span[0]).total_seconds() // 60)


def overlap_minutes(one: Span, other: Span) -> int:
    """Return how many minutes two spans share."""
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return minutes_of((start, end)) if start < end else 0

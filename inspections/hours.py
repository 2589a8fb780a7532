"""Working hours of a branch on its own clock, as moments."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from accounts.models import Branch

Span = tuple[datetime, datetime]  # both in UTC, the end excluded
_MIDNIGHT = "24:00"


def zone_of(branch: Branch) -> ZoneInfo:
    """Return the branch's time zone."""
    return ZoneInfo(branch.time_zone)


def company_zone() -> tzinfo:
    """Return the clock of people of the whole company: their first branch's."""
    branch = Branch.objects.active().order_by("pk").first()
    return zone_of(branch) if branch else UTC


def at(day: date, clock: time, branch: Branch) -> datetime:
    """Return the moment of a wall clock reading in the branch, in UTC."""
    return datetime.combine(day, clock, zone_of(branch)).astimezone(UTC)


def day_span(day: date, branch: Branch) -> Span:
    """Return a whole day of the branch."""
    return at(day, time.min, branch), at(day + timedelta(days=1), time.min, branch)


def stretches(branch: Branch, day: date) -> list[Span]:
    """Return the branch's working stretches of a day, in order; none on a closed day."""
    hours = branch.working_hours if isinstance(branch.working_hours, dict) else {}
    written = hours.get(str(day.isoweekday())) or []
    spans = [(_moment(day, start, branch), _moment(day, end, branch)) for start, end in written]
    return sorted(span for span in spans if span[0] < span[1])


def _moment(day: date, written: str, branch: Branch) -> datetime:
    if written == _MIDNIGHT:
        return day_span(day, branch)[1]
    return at(day, time.fromisoformat(written), branch)


def working_minutes(branch: Branch, day: date) -> int:
    """Return how many minutes the branch works on a day."""
    return sum(minutes_of(span) for span in stretches(branch, day))


def minutes_of(span: Span) -> int:
    """Return the length of a span in minutes."""
    return int((span[1] - span[0]).total_seconds() // 60)


def overlap_minutes(one: Span, other: Span) -> int:
    """Return how many minutes two spans share."""
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return minutes_of((start, end)) if start < end else 0

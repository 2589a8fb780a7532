"""Windows of the minutes: requests and their latency, signals against their usual number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, Sum

from operations.latency import added, percentile
from operations.models import Minute

MINUTE, WEEK = timedelta(minutes=1), timedelta(days=7)
WEEKS = 4
HALF_HOUR = 30  # minutes before and after: together the same hour of another week


@dataclass(frozen=True)
class Requests:
    """Requests of one window."""

    count: int
    failed: int
    a_minute: float
    p50: float | None  # ms
    p95: float | None

    @property
    def failed_share(self) -> float:
        """The share of 5xx, 0 to 1."""
        return self.failed / self.count if self.count else 0.0


@dataclass(frozen=True)
class Usual:
    """What the same hour of the last four weeks saw a minute; one value for each minute asked."""

    a_minute: list[float]
    weeks: int  # how many of them were measured at all


def this_minute(now: datetime) -> datetime:
    """Return the minute that is not over yet."""
    return now.replace(second=0, microsecond=0)


def minutes_of(names: Iterable[str], *, since: datetime, now: datetime) -> dict[str, list[Minute]]:
    """Return the minutes of some names since a time, oldest first, also the one that runs."""
    found: dict[str, list[Minute]] = {name: [] for name in names}
    rows = Minute.objects.filter(name__in=found, minute__gt=since - MINUTE, minute__lte=now)
    for row in rows.order_by("minute"):
        found[row.name].append(row)
    return found


def requests_in(rows: Sequence[Minute], *, minutes: float) -> Requests:
    """Return what these minutes come to, over a window of so many."""
    count, steps = sum(row.count for row in rows), added(row.timed for row in rows)
    return Requests(
        count=count,
        failed=sum(row.failed for row in rows),
        a_minute=count / minutes,
        p50=percentile(steps, 0.5),
        p95=percentile(steps, 0.95),
    )


def series(rows: Sequence[Minute], *, now: datetime, minutes: int) -> list[int]:
    """Return one count for each of the last full minutes, oldest first."""
    counts = {row.minute: row.count for row in rows}
    end = this_minute(now)
    return [counts.get(end - back * MINUTE, 0) for back in range(minutes, 0, -1)]


def usual_signals(now: datetime, *, minutes: int) -> Usual:
    """Return the usual number of signals for each of the last full minutes.

    Each is the mean of the hour around it in those of the last four weeks that were measured.
    """
    end = this_minute(now)
    span = minutes + 2 * HALF_HOUR
    first = end - (minutes + HALF_HOUR) * MINUTE
    measured = [counts for counts in _weeks(first, span) if counts]
    if not measured:
        return Usual([0.0] * minutes, 0)
    sums = [sum(counts.get(place, 0) for counts in measured) for place in range(span)]
    hour = 2 * HALF_HOUR
    means = [sum(sums[at : at + hour]) / hour / len(measured) for at in range(minutes)]
    return Usual(means, len(measured))


def _weeks(first: datetime, span: int) -> list[dict[int, int]]:
    """The counts of the same minutes of each week before, by their place in the span."""
    starts = [first - week * WEEK for week in range(1, WEEKS + 1)]
    windows = Q()
    for start in starts:
        windows |= Q(minute__gte=start, minute__lt=start + span * MINUTE)
    found: list[dict[int, int]] = [{} for _start in starts]
    rows = Minute.objects.filter(windows, name=Minute.Name.SIGNAL)
    for minute, count in rows.values_list("minute", "count"):
        week = -((minute - first) // WEEK) - 1  # 0: the week before
        place = (minute - first) % WEEK // MINUTE
        found[week][place] = count
    return found


def wrong_sign_ins(*, since: datetime, until: datetime) -> int:
    """Return how many sign-in tries failed in a time."""
    rows = Minute.objects.filter(
        name=Minute.Name.SIGN_IN, minute__gte=since, minute__lt=until
    ).aggregate(total=Sum("failed"))
    return int(rows["total"] or 0)

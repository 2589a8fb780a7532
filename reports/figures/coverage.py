"""Which part of a period is read from kept months, and which from the orders themselves."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection

from reports.periods import Period
from reports.reach import Place

_DAY = timedelta(1)
_SOUND = """
SELECT built.branch_id, built.month FROM reports_builtmonth built
WHERE built.branch_id = ANY(%s) AND built.month BETWEEN %s AND %s AND NOT EXISTS (
    SELECT 1 FROM reports_stalemonth stale
    WHERE stale.branch_id = built.branch_id AND stale.month = built.month
        AND (%s OR NOT stale.is_customers))
"""


@dataclass(frozen=True)
class Part:
    """Branches that share the same kept months; `gaps` are the days that no kept month holds."""

    places: tuple[Place, ...]
    kept: tuple[Period, ...]
    gaps: tuple[Period, ...]


def all_live(places: tuple[Place, ...], period: Period) -> list[Part]:
    """Return the whole period as one gap."""
    return [Part(places, (), (period,))]


def coverage(
    places: tuple[Place, ...], period: Period, *, is_by_month: bool, is_customers: bool = False
) -> list[Part]:
    """Return how the period is put together; sums by month hold only months that are wholly in it.

    `is_customers`: changed customers make a month stale too. One query.
    """
    months: dict[int, set[date]] = defaultdict(set)
    with connection.cursor() as cursor:
        ids = [place.pk for place in places]
        cursor.execute(_SOUND, [ids, period.start.replace(day=1), period.end, is_customers])
        for branch, month in cursor.fetchall():
            if not is_by_month or _is_inside(month, period):
                months[branch].add(month)
    groups: dict[frozenset[date], list[Place]] = defaultdict(list)
    for place in places:
        groups[frozenset(months[place.pk])].append(place)
    return [_part(tuple(group), sorted(known), period) for known, group in groups.items()]


def month_end(month: date) -> date:
    """The last day of the month that begins on this day."""
    return (month + timedelta(31)).replace(day=1) - _DAY


def _is_inside(month: date, period: Period) -> bool:
    return period.start <= month and month_end(month) <= period.end


def _part(places: tuple[Place, ...], months: Iterable[date], period: Period) -> Part:
    kept: list[Period] = []
    gaps: list[Period] = []
    day = period.start
    for month in months:
        start, end = max(month, period.start), min(month_end(month), period.end)
        if day < start:
            gaps.append(Period(day, start - _DAY))
        if kept and kept[-1].end + _DAY == start:
            kept[-1] = Period(kept[-1].start, end)
        else:
            kept.append(Period(start, end))
        day = end + _DAY
    if day <= period.end:
        gaps.append(Period(day, period.end))
    return Part(places, tuple(kept), tuple(gaps))

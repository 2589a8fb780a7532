"""Periods of reports: presets, what they are compared with, and their parts. Days, both ends in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

FIRST, LAST = date(2000, 1, 1), date(2100, 12, 31)  # days that a report can speak of
MOST_PARTS = 400  # rows of a report by period, bars of a chart
WEEK_START = 6  # Sunday, as date.weekday() counts

PRESETS: dict[str, Any] = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "week": _("This week"),
    "month": _("This month"),
    "last_month": _("Last month"),
    "30": _("Last 30 days"),
    "quarter": _("This quarter"),
    "year": _("This year"),
    "last_year": _("Last year"),
    "custom": _("Other days"),
}
COMPARISONS: dict[str, Any] = {
    "previous": _("Period before"),
    "year": _("Same period last year"),
    "none": _("No comparison"),
}
PARTS: dict[str, Any] = {
    "day": _("Day"),
    "week": _("Week"),
    "month": _("Month"),
    "quarter": _("Quarter"),
    "year": pgettext_lazy("part of a period", "Year"),
}


@dataclass(frozen=True)
class Period:
    """Days from `start` to `end`, both included. The period before lies `months` back, else
    `shift` days, else as many days as this one has."""

    start: date
    end: date
    months: int = 0
    shift: int = 0

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1


def period_of(preset: str, today: date, *, start: date | None, end: date | None) -> Period:
    """Return the days of a preset as seen from `today`; a custom one is put in order and in bounds.

    Running presets end today: what has not happened yet would only make the comparison unfair.
    """
    month, day = today.replace(day=1), timedelta(1)
    known = {
        "today": Period(today, today),
        "yesterday": Period(today - day, today - day),
        "week": Period(part_start(today, "week"), today, shift=7),
        "month": Period(month, today, 1),
        "last_month": Period(_months_before(month, 1), month - day, 1),
        "30": Period(today - 29 * day, today),
        "quarter": Period(part_start(today, "quarter"), today, 3),
        "year": Period(date(today.year, 1, 1), today, 12),
        "last_year": Period(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31), 12),
    }
    if preset == "custom" and (start or end):
        low, high = sorted((start or end or today, end or start or today))
        return _custom(min(max(low, FIRST), LAST), min(max(high, FIRST), LAST))
    return known.get(preset, known["month"])


def compared_with(period: Period, kind: str) -> Period | None:
    """Return the period to compare with: the one before, the same of last year, or None.

    Before whole months come as many whole months, before a month's, quarter's or year's first days
    those of the month, quarter or year before; else the same number of days.
    """
    if kind == "none":
        return None
    months = 12 if kind == "year" else period.months
    if months:
        return Period(_shifted(period.start, months), _shifted(period.end, months))
    before = timedelta(period.shift or period.days)
    return Period(period.start - before, period.end - before)


def part_start(day: date, part: str) -> date:
    """Return the first day of the week, month, quarter or year that holds the day."""
    if part == "week":
        return day - timedelta((day.weekday() - WEEK_START) % 7)
    if part == "month":
        return day.replace(day=1)
    if part == "quarter":
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return date(day.year, 1, 1) if part == "year" else day


def parts_of(period: Period, part: str) -> list[date]:
    """Return the first days of all parts of the period, in order."""
    return list(_parts(period, part))


def fitting_part(period: Period, asked: str = "") -> str:
    """Return the asked part unless it makes too many, else the finest that stays readable."""
    limits = {"day": 45, "week": 200, "month": 1100, "quarter": 3700, "year": 40000}
    lengths = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
    if asked in PARTS and period.days / lengths[asked] <= MOST_PARTS:
        return asked
    return next(part for part, days in limits.items() if period.days <= days)


def _parts(period: Period, part: str) -> Iterator[date]:
    day = part_start(period.start, part)
    while day <= period.end:
        yield day
        day = _next_part(day, part)


def _next_part(day: date, part: str) -> date:
    if part in ("day", "week"):
        return day + timedelta(7 if part == "week" else 1)
    return _months_before(day, -{"month": 1, "quarter": 3, "year": 12}[part])


def _months_before(first: date, count: int) -> date:
    """The first of the month `count` months before a first of a month."""
    months = first.year * 12 + first.month - 1 - count
    return date(max(months // 12, 1), months % 12 + 1, 1)


def _custom(start: date, end: date) -> Period:
    """Chosen days; whole months are compared with as many whole months."""
    is_whole = start.day == 1 and (end + timedelta(1)).day == 1
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    return Period(start, end, months if is_whole else 0)


def _shifted(day: date, months: int) -> date:
    """The same day some months before; the last of a month stays the last."""
    first = _months_before(day.replace(day=1), months)
    last = _months_before(first, -1) - timedelta(1)
    is_last = (day + timedelta(1)).day == 1
    return last if is_last or day.day > last.day else first.replace(day=day.day)

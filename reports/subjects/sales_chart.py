"""The chart of sales: over time, stacked by a few keys; or the largest keys side by side."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from reports import dimensions as kinds
from reports.asking import Ask
from reports.dimensions import short_name
from reports.periods import parts_of
from reports.table import Chart, Series

MOST_STACKED, MOST_BARS = 5, 12
_UNIT = Decimal(1)


def chart_of(ask: Ask, now: Any, before: Any, part: str, names: dict[Any, str]) -> Chart:
    """Return sales over the parts of the period, or over the largest keys when there is no part."""
    if not part:
        return _by_size(ask, now, before, names)
    days = parts_of(ask.period, part)
    stacks = _stacks(now, names) if ask.by != kinds.PERIOD else {_("Sales"): _over_time(now)}
    series = [
        Series(label=label, values=[_whole(found.get(day, 0)) for day in days])
        for label, found in stacks.items()
    ]
    if ask.before:
        earlier = _over_time(before)
        values = [_whole(earlier.get(day, 0)) for day in parts_of(ask.before, part)]
        values += [Decimal(0)] * (len(days) - len(values))
        series.append(Series(label=_("Before"), values=values[: len(days)], is_line=True))
    return Chart(
        title=_("Sales over time"),
        summary=_("Bars of sales over time; the same figures are in the table below."),
        labels=[short_name(day, part) for day in days],
        series=series,
        is_stacked=True,
    )


def _by_size(ask: Ask, now: Any, before: Any, names: dict[Any, str]) -> Chart:
    totals, earlier = _by_key(now), _by_key(before)
    keys = sorted(totals, key=lambda key: totals[key], reverse=True)[:MOST_BARS]
    series = [Series(label=_("Sales"), values=[_whole(totals[key]) for key in keys])]
    if ask.before:
        values = [_whole(earlier.get(key, 0)) for key in keys]
        series.append(Series(label=_("Before"), values=values, is_line=False))
    return Chart(
        title=_("The largest"),
        summary=_("Bars of the largest sales; the same figures are in the table below."),
        labels=[names.get(key, "—") for key in keys],
        series=series,
    )


def _stacks(sold: Any, names: dict[Any, str]) -> dict[str, dict[date, Decimal]]:
    """The largest keys over time, and all others together."""
    totals = _by_key(sold)
    largest = sorted(totals, key=lambda key: totals[key], reverse=True)
    kept = largest if len(largest) <= MOST_STACKED + 1 else largest[:MOST_STACKED]
    found: dict[str, dict[date, Decimal]] = {
        names.get(key, "—"): defaultdict(Decimal) for key in kept
    }
    for (key, day), sums in sold.items():
        label = names.get(key, "—") if key in kept else _("Others")
        found.setdefault(label, defaultdict(Decimal))[day] += sums.total
    return found


def _by_key(sold: Any) -> dict[Any, Decimal]:
    totals: dict[Any, Decimal] = defaultdict(Decimal)
    for (key, _day), sums in sold.items():
        totals[key] += sums.total
    return totals


def _over_time(sold: Any) -> dict[date, Decimal]:
    totals: dict[date, Decimal] = defaultdict(Decimal)
    for (_key, day), sums in sold.items():
        totals[day] += sums.total
    return totals


def _whole(value: Decimal | int) -> Decimal:
    return Decimal(value).quantize(_UNIT)

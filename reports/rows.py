"""The rows behind a figure: which, and how they are shown."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404

from crm_project.kit.text import whole_number

from .links import NONE
from .periods import Period, parts_of
from .reach import Reach


@dataclass(frozen=True)
class Cell:
    """One value of a row. `kind` as a report's columns, with "link", "person", "time" and "state"."""

    value: Any
    kind: str = "text"
    url: str = ""
    currency: str = ""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """A list of records with its columns."""

    title: str
    rows: QuerySet[Any]
    order: Sequence[str]
    heads: Sequence[tuple[Any, str]]  # label, kind
    cells: Callable[[Any], Sequence[Cell]]


def in_reach(reach: Reach, *, owner: str = "owner_id", branch: str = "branch_id") -> Q:
    """Rows of these branches and people."""
    found = Q(**{f"{branch}__in": reach.branches})
    return found if reach.owners is None else found & Q(**{f"{owner}__in": reach.owners})


def within(reach: Reach, period: Period, *, column: str, branch: str = "branch_id") -> Q:
    """A moment that falls in the period by the clock of the row's branch."""
    spans: dict[tuple[datetime, datetime], list[int]] = defaultdict(list)
    for place in reach.places:
        span = (place.midnight(period.start), place.midnight(period.end + timedelta(1)))
        spans[span].append(place.pk)
    found = Q(pk__in=[])
    for (since, until), ids in spans.items():
        found |= Q(**{f"{column}__gte": since, f"{column}__lt": until, f"{branch}__in": ids})
    return found


def part_period(period: Period, key: str, part: str) -> Period:
    """The days of the period that lie in the part that begins on the day `key`. Raises Http404."""
    try:
        day = date.fromisoformat(key)
        days = parts_of(period, part)
        place = days.index(day)
    except (ValueError, KeyError) as error:
        raise Http404 from error
    end = days[place + 1] - timedelta(1) if place + 1 < len(days) else period.end
    return Period(max(day, period.start), min(end, period.end))


def number_key(key: str) -> int | None:
    """A key that is a record's id, or None for "none". Raises Http404."""
    if key == NONE:
        return None
    number = whole_number(key)
    if number is None:
        raise Http404
    return number


def short(value: Decimal | None) -> Decimal | None:
    """Without zeros that say nothing: 2.000 is 2."""
    if value is None:
        return None
    whole = value.to_integral_value()
    return whole if value == whole else value.normalize()

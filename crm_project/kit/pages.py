"""Keyset pages: the next page starts after the last row, so page 10,000 costs what page 1 costs.

A cursor is the last row's values of the order, base64 JSON. Counts stop at a limit: an exact count
of a million rows is not worth its time.
"""

import base64
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import connection
from django.db.models import IntegerField, Model, Q, QuerySet, Subquery
from django.utils.dateparse import parse_datetime

COUNT_LIMIT = 1000
_MOST = Decimal(10) ** 24  # larger than any column
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL cannot compare with these


class BadCursor(ValueError):
    """The cursor was not made by this list."""


@dataclass(frozen=True)
class Page:
    """One page of rows, and the cursor of the next one or an empty text."""

    rows: list[Any]
    next_cursor: str


def read_page(rows: QuerySet[Any], *, order: Sequence[str], after: str, size: int) -> Page:
    """Return up to `size` rows after the cursor.

    `order` are field names, all ascending or all descending (leading "-"), not null, the last one
    unique. Raises BadCursor for a cursor that is not of this list.
    """
    is_descending = order[0].startswith("-")
    names = [name.lstrip("-") for name in order]
    ordered = rows.order_by(*order)
    if after:
        try:
            ordered = ordered.filter(
                _after(names, _decode(after, rows.model, names), is_descending)
            )
        except (ValidationError, ValueError, TypeError, OverflowError) as error:
            raise BadCursor(after) from error
    found = list(ordered[: size + 1])
    page = found[:size]
    has_more = len(found) > size
    return Page(page, _encode(page[-1], names) if has_more else "")


def read_page_or_first(rows: QuerySet[Any], *, order: Sequence[str], after: str, size: int) -> Page:
    """Return what `read_page` does, and the first page for a cursor that is not of this list."""
    try:
        return read_page(rows, order=order, after=after, size=size)
    except BadCursor:
        return read_page(rows, order=order, after="", size=size)


def _after(names: list[str], values: list[Any], is_descending: bool) -> Q:
    """Return (a, b) < (x, y) spelt so that the index on (a, b) gives a range scan."""
    op = "lt" if is_descending else "gt"
    condition = Q(**{f"{names[-1]}__{op}": values[-1]})
    for name, value in zip(names[-2::-1], values[-2::-1], strict=True):
        condition = Q(**{f"{name}__{op}e": value}) & (
            Q(**{f"{name}__{op}": value}) | (Q(**{name: value}) & condition)
        )
    return condition


def _encode(row: Model, names: list[str]) -> str:
    values = [getattr(row, name) for name in names]
    plain = [_written(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _written(value: Any) -> Any:
    if isinstance(value, date):  # and datetime
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)  # the shortest text that reads back as the same number
    return f"{value:f}" if isinstance(value, Decimal) else value


def _decode(cursor: str, model: type[Model], names: list[str]) -> list[Any]:
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError) as error:
        raise BadCursor(cursor) from error
    if not isinstance(plain, list) or len(plain) != len(names):
        raise BadCursor(cursor)
    return [_to_field(model, name, value) for name, value in zip(names, plain, strict=True)]


def _to_field(model: type[Model], name: str, value: Any) -> Any:
    if not isinstance(value, str | int):
        raise BadCursor(str(value))
    if isinstance(value, str) and _UNSTORABLE.search(value):
        raise BadCursor(name)
    field: Any = model._meta.pk if name == "pk" else model._meta.get_field(name)
    if field.get_internal_type() == "DateTimeField":
        moment = parse_datetime(str(value))
        if moment is None or moment.tzinfo is None:
            raise BadCursor(str(value))
        return moment
    if isinstance(value, int) and abs(value) > 2**62:
        raise BadCursor(str(value))
    found = field.to_python(value)
    if isinstance(found, Decimal) and abs(found) > _MOST:
        raise BadCursor(str(value))
    if isinstance(found, float) and not math.isfinite(found):
        raise BadCursor(str(value))
    return found


class CappedCount(Subquery):
    """How many rows a query has, in the query that reads them; the query brings its own limit.

    `rows.annotate(found=CappedCount(rows.order_by().values("pk")[: COUNT_LIMIT + 1]))`
    """

    template = "(SELECT COUNT(*) FROM (%(subquery)s) _counted)"
    output_field = IntegerField()


@dataclass(frozen=True)
class Counts:
    """One statement that counts several sets of rows; it may be kept and run again."""

    statement: str
    values: list[Any]

    @classmethod
    def of(cls, sets: Sequence[QuerySet[Any]], *, limit: int) -> "Counts":
        """Count each set up to `limit`."""
        parts: list[str] = []
        values: list[Any] = []
        for rows in sets:
            try:
                sql, given = rows.order_by().values("pk")[:limit].query.sql_with_params()
            except EmptyResultSet:  # .none(): what nobody may see
                parts.append("0")
                continue
            parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608 (Django's own SQL)
            values += given
        return cls(f"SELECT {', '.join(parts)}", values)

    def run(self) -> list[int]:
        """Return how many rows each set has now."""
        with connection.cursor() as cursor:
            cursor.execute(self.statement, self.values)
            return list(cursor.fetchone())


def count_up_to(rows: QuerySet[Any], limit: int = COUNT_LIMIT) -> tuple[int, bool]:
    """Return the number of rows, at most `limit`, and whether there are more."""
    found = rows.order_by().values("pk")[: limit + 1].count()
    return min(found, limit), found > limit

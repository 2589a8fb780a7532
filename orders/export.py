"""The list of orders as rows of a file: exactly the filtered list, in its order."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.utils import timezone

from .models import Order, OrderLine

Cell = str | Decimal | int
CHUNK = 2_000  # rows read at a time
_TEXTS = ("number", "status", "channel", "customer__code", "customer__name", "customer__company")
_PEOPLE = ("branch__code", "owner__name")
_AMOUNTS = ("subtotal", "discount", "tax", "total", "paid", "credited", "balance")
_DATES = ("promised_on", "created_at", "confirmed_at", "finished_at")
_HEAD = {
    "customer__code": "customer_code",
    "customer__name": "customer",
    "customer__company": "company",
    "branch__code": "branch",
    "owner__name": "owner",
}
_COLUMNS = (*_TEXTS, *_PEOPLE, "currency", *_AMOUNTS, *_DATES)


def order_head(*, with_cost: bool) -> list[str]:
    """Return the names of the columns; the cost only for people who see `orders.margin`."""
    names = [_HEAD.get(name, name) for name in _COLUMNS]
    return [*names, "cost"] if with_cost else names


def order_rows(rows: QuerySet[Order], *, with_cost: bool) -> Iterator[list[Cell]]:
    """Yield the cells of each order, read in pieces.

    Amounts are numbers in the order's currency, the cost of what has left the stock is in its
    branch's; states are their codes, times ISO 8601 in the reader's time zone.
    """
    names: tuple[Any, ...] = _COLUMNS
    if with_cost:
        of_order = OrderLine.objects.filter(order=OuterRef("pk")).order_by().values("order")
        rows = rows.annotate(_cost=Subquery(of_order.annotate(sum=Sum("cost")).values("sum")))
        names = (*_COLUMNS, F("_cost"))
    for values in rows.values_list(*names).iterator(chunk_size=CHUNK):
        yield [_cell(value) for value in values]


def _cell(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, Decimal | int):
        return value
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    return str(value)

"""Sums of sales and of returns by a kind of row and, where a chart wants it, by part of the period."""

# ruff: noqa: S608 — SQL is put together from our own pieces; values are always parameters.

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.db import connection

from reports import dimensions as kinds
from reports.asking import Ask
from reports.periods import Period

from .coverage import all_live, coverage
from .facts import (
    BARE_ORDERS,
    LINES,
    MEASURES,
    OWNERS,
    PRODUCTS,
    RETURNED_LINES,
    SALES,
    WHOLE_ORDERS,
    WHOLE_RETURNS,
    Facts,
)

_KEYS = {
    kinds.PERIOD: "NULL",
    kinds.BRANCH: "f.branch_id",
    kinds.USER: "f.owner_id",
    kinds.CHANNEL: "f.channel",
    kinds.PRODUCT: "f.product_id",
    kinds.CATEGORY: "p.category_id",
}
_BY_PARTS = (kinds.PERIOD, kinds.BRANCH, kinds.CHANNEL)  # few enough rows to be drawn over time
_WHOLE_MONTHS = ("month", "quarter", "year")


@dataclass
class Sums:
    """What was sold under one key. Amounts in the company's currency, unrounded."""

    orders: int = 0  # lines, where rows are products
    unrated: int = 0
    quantity: Decimal = Decimal(0)
    net: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    kept: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    returns: int = 0  # that came within the period, whenever sold; by product, with the product
    returned: Decimal = Decimal(0)  # their credit with tax

    @property
    def total(self) -> Decimal:
        """With tax."""
        return self.net + self.tax

    @property
    def margin(self) -> Decimal:
        """Of what was delivered and has stayed with the customers."""
        return self.kept - self.cost

    def add(self, other: "Sums") -> None:
        """Add another's figures to these."""
        for item in fields(self):
            setattr(self, item.name, getattr(self, item.name) + getattr(other, item.name))


Found = Mapping[tuple[Any, Any], Sums]  # by (key, first day of the part or None)


def is_drawn_by_parts(ask: Ask) -> bool:
    """True when the chart of this question runs over time."""
    return ask.by in _BY_PARTS


def needs_products(ask: Ask) -> bool:
    """True when the question is about lines of orders rather than orders."""
    is_by = ask.by in (kinds.PRODUCT, kinds.CATEGORY)
    return is_by or ask.product is not None or ask.categories is not None


def sales_in(
    ask: Ask, period: Period, part: str, *, has_margin: bool = True
) -> dict[tuple[Any, Any], Sums]:
    """Return the sums of the period. 2 queries; without margins no line of an order is read."""
    if not ask.reach.places:
        return {}
    facts, parts = _facts(ask, period, part, has_margin=has_margin and ask.sees_margin)
    bucket = bucket_of("f.day", part) if is_drawn_by_parts(ask) else "NULL::date"
    sums = ", ".join(f"sum(f.{name})" for name in MEASURES)
    sql = (
        f"SELECT {_KEYS[ask.by]}, {bucket}, {sums} FROM ({facts.sql(parts)}) f"
        f"{_product_join(ask)}{_filters(ask, facts.values)} GROUP BY 1, 2"
    )
    found: dict[tuple[Any, Any], Sums] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, facts.values)
        for key, day, *values in cursor.fetchall():
            found[key, day] = sums_of(values)
    return found


def sums_of(values: Any) -> Sums:
    """The measures of one row, in their order."""
    sums = Sums()
    for name, value in zip(MEASURES, values, strict=True):
        setattr(sums, name, value or getattr(sums, name))
    return sums


def bucket_of(day: str, part: str) -> str:
    """SQL of the first day of the part that holds the day; weeks begin on Sunday."""
    if part == "day":
        return day
    if part == "week":
        return f"({day} - EXTRACT(dow FROM {day})::int)"
    return f"date_trunc('{part}', {day})::date"


def _facts(ask: Ask, period: Period, part: str, *, has_margin: bool) -> tuple[Facts, Any]:
    """Choose the kept sums that can answer, or none of them."""
    places = ask.reach.places
    values: dict[str, Any] = {"company": ask.currency}
    is_lines, is_owned = needs_products(ask), ask.reach.owners is not None
    live = LINES if is_lines else WHOLE_ORDERS if has_margin else BARE_ORDERS
    is_coarse = part in _WHOLE_MONTHS or not is_drawn_by_parts(ask)
    if is_lines:
        is_kept = is_coarse and not is_owned and ask.by != kinds.USER
        table = PRODUCTS
    elif is_owned or ask.by == kinds.USER:
        is_kept, table = is_coarse, OWNERS
    else:
        is_kept, table = True, SALES
    facts = Facts(
        table=table,
        live=live,
        owners=ask.reach.owners,
        values=values,
        back=RETURNED_LINES if is_lines else WHOLE_RETURNS,
    )
    if not is_kept:
        return facts, all_live(places, period)
    return facts, coverage(places, period, is_by_month=table != SALES)


def _product_join(ask: Ask) -> str:
    wants = ask.by == kinds.CATEGORY or ask.categories is not None
    return " JOIN inventory_product p ON p.id = f.product_id" if wants else ""


def _filters(ask: Ask, values: dict[str, Any]) -> str:
    conditions = []
    if ask.channel:
        conditions.append("f.channel = %(channel)s")
        values["channel"] = ask.channel
    if ask.product is not None:
        conditions.append("f.product_id = %(product)s")
        values["product"] = ask.product
    if ask.categories is not None:
        conditions.append("p.category_id = ANY(%(categories)s)")
        values["categories"] = list(ask.categories)
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""

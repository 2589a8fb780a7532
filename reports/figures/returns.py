"""What came back in a period, on the day it came back, whenever it was sold."""

# ruff: noqa: S608 — SQL is put together from our own pieces; values are always parameters.

from datetime import timedelta
from typing import Any

from django.db import connection

from reports import dimensions as kinds
from reports.asking import Ask
from reports.periods import Period

from .facts import RATE
from .sales import bucket_of, is_drawn_by_parts, needs_products

_KEYS = {
    kinds.PERIOD: "NULL",
    kinds.BRANCH: "o.branch_id",
    kinds.USER: "o.owner_id",
    kinds.CHANNEL: "o.channel",
    kinds.PRODUCT: "line.product_id",
    kinds.CATEGORY: "p.category_id",
}
_DAY = "(r.at AT TIME ZONE b.time_zone)::date"
# A return's credit is spread over its lines by their worth, so that the lines add up to it exactly.
_WORTH = "(l.net - l.discount_share + l.tax) * x.quantity / l.quantity"
_LINES = f"""JOIN LATERAL (
    SELECT l.product_id, sum({_WORTH}) / NULLIF(sum(sum({_WORTH})) OVER (), 0) AS part
    FROM orders_returnline x JOIN orders_orderline l ON l.id = x.line_id
    WHERE x.order_return_id = r.id GROUP BY l.product_id
) line ON true JOIN inventory_product p ON p.id = line.product_id"""


def returns_in(ask: Ask, period: Period, part: str) -> dict[tuple[Any, Any], tuple[int, Any]]:
    """Return how many returns came and their credit by (key, part). 1 query."""
    if not ask.reach.places:
        return {}
    places = ask.reach.places
    values: dict[str, Any] = {
        "company": ask.currency,
        "since": min(place.midnight(period.start) for place in places),
        "until": max(place.midnight(period.end + timedelta(1)) for place in places),
        "start": period.start,
        "end": period.end,
        "branches": ask.reach.branches,
    }
    is_lines = needs_products(ask)
    bucket = bucket_of(_DAY, part) if is_drawn_by_parts(ask) else "NULL::date"
    credit = "r.credit * COALESCE(line.part, 0)" if is_lines else "r.credit"
    rate = RATE.format(currency="o.currency", day=_DAY)
    count = "count(DISTINCT r.id)" if is_lines else "count(*)"
    has_clocks = len({place.zone for place in places}) > 1  # else midnights tell the days
    days = f" AND {_DAY} BETWEEN %(start)s AND %(end)s" if has_clocks else ""
    sql = (
        f"SELECT {_KEYS[ask.by]}, {bucket}, {count}, sum({credit} * ({rate}))"
        " FROM orders_orderreturn r JOIN orders_order o ON o.id = r.order_id"
        f" JOIN accounts_branch b ON b.id = o.branch_id {_LINES if is_lines else ''}"
        " WHERE r.at >= %(since)s AND r.at < %(until)s AND o.branch_id = ANY(%(branches)s)"
        f"{days}{_filters(ask, values)} GROUP BY 1, 2"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {(key, day): (count, credit or 0) for key, day, count, credit in cursor.fetchall()}


def _filters(ask: Ask, values: dict[str, Any]) -> str:
    known = {
        "o.owner_id = ANY(%(owners)s)": ("owners", ask.reach.owners),
        "o.channel = %(channel)s": ("channel", ask.channel or None),
        "line.product_id = %(product)s": ("product", ask.product),
        "p.category_id = ANY(%(categories)s)": ("categories", ask.categories),
    }
    wanted = {sql: pair for sql, pair in known.items() if pair[1] is not None}
    for name, value in wanted.values():
        values[name] = list(value) if isinstance(value, tuple) else value
    return "".join(f" AND {sql}" for sql in wanted)

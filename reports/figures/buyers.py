"""Customers: who is new, who bought, who bought again, when they were last heard of."""

# ruff: noqa: S608 — SQL is put together from our own pieces; values are always parameters.

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Customer
from reports import dimensions as kinds
from reports.asking import Ask
from reports.periods import Period
from reports.reach import Reach
from reports.rows import in_reach, within

from .facts import RATE, Facts

MOST_BUYERS = 100  # rows of a list of the largest customers
_DAY = "(o.confirmed_at AT TIME ZONE b.time_zone)::date"
_TOTAL = f"o.total * ({RATE.format(currency='o.currency', day=_DAY)})"

# Days since the last contact: name, from, below.
BUCKETS: dict[str, tuple[Any, int, int | None]] = {
    "7": (_("Within 7 days"), 0, 7),
    "30": (_("8 to 30 days ago"), 7, 30),
    "90": (_("31 to 90 days ago"), 30, 90),
    "180": (_("91 to 180 days ago"), 90, 180),
    "365": (_("181 to 365 days ago"), 180, 365),
    "more": (_("More than a year ago"), 365, None),
}


@dataclass
class Buyers:
    """Customers of one group in a period; sales in the company's currency, where they are asked."""

    new: int = 0
    active: int = 0  # bought in the period
    again: int = 0  # … more than once
    orders: int = 0
    total: Decimal = Decimal(0)


def customers_of(user: Any, reach: Reach, source: str = "") -> Any:
    """Customers that are not archived."""
    rows = Customer.objects.visible_to(user).open().filter(in_reach(reach))
    return rows.filter(source=source) if source else rows


def new_in(user: Any, reach: Reach, period: Period, source: str = "") -> Any:
    """Customers that were entered in the period."""
    rows = customers_of(user, reach, source)
    return rows.filter(within(reach, period, column="created_at"))


def count_new(ask: Ask, reach: Reach, period: Period) -> dict[Any, int]:
    """Return new customers by key. 1 query."""
    column = {kinds.SOURCE: "source", kinds.BRANCH: "branch", kinds.USER: "owner"}.get(ask.by)
    rows = new_in(ask.user, reach, period, ask.source).order_by()
    if column is None:
        return {"": rows.count()}
    return dict(rows.values_list(column).annotate(Count("pk")))


def buyers_in(ask: Ask, reach: Reach, period: Period) -> dict[Any, Buyers]:
    """Return who bought how often by key; without a key, everybody under "". 1 query."""
    if not reach.places:
        return {}
    column = {kinds.BRANCH: "o.branch_id", kinds.USER: "o.owner_id"}.get(ask.by)
    is_by_source = ask.by == kinds.SOURCE
    is_one_clock = len({place.zone for place in reach.places}) == 1
    clock = "" if is_one_clock else " JOIN accounts_branch b ON b.id = o.branch_id"
    condition, values = _bought(ask, reach, period)
    join = ""
    if is_by_source or ask.source:
        join = " JOIN customers_customer c ON c.id = bought.customer_id"
    if ask.source:
        values["source"] = ask.source
        join += " AND c.source = %(source)s"
    group = "c.source" if is_by_source else "bought.key" if column else "''"
    keys = f"{column} AS key, o.customer_id" if column else "o.customer_id"
    sql = (
        f"SELECT {group}, count(*), count(*) FILTER (WHERE bought.orders > 1), sum(bought.orders)"
        f" FROM (SELECT {keys}, count(*) AS orders FROM orders_order o{clock}"
        f" WHERE {condition} GROUP BY {'1, 2' if column else '1'}) bought{join} GROUP BY 1"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {
            key: Buyers(active=active, again=again, orders=int(orders))
            for key, active, again, orders in cursor.fetchall()
        }


def largest_buyers(
    ask: Ask, reach: Reach, period: Period, among: list[int] | None = None
) -> list[tuple[int, int, Decimal]]:
    """Return the customers who bought most: id, orders, total. 1 query."""
    if not reach.places or among == []:
        return []
    condition, values = _bought(ask, reach, period)
    if among is not None:
        values["among"] = among
        condition += " AND o.customer_id = ANY(%(among)s)"
    if ask.source:
        values["source"] = ask.source
        condition += (
            " AND EXISTS (SELECT 1 FROM customers_customer c"
            " WHERE c.id = o.customer_id AND c.source = %(source)s)"
        )
    sql = (
        f"SELECT o.customer_id, count(*), COALESCE(sum({_TOTAL}), 0) FROM orders_order o"
        f" JOIN accounts_branch b ON b.id = o.branch_id WHERE {condition}"
        f" GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT {MOST_BUYERS}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _bought(ask: Ask, reach: Reach, period: Period) -> tuple[str, dict[str, Any]]:
    """The condition of the sales that count."""
    values: dict[str, Any] = {"company": ask.currency}
    facts = Facts(table="", live="", owners=reach.owners, values=values)
    condition = facts.confirmed_in(reach.places, period)
    if reach.owners is not None:
        values["owners"] = list(reach.owners)
        condition += " AND o.owner_id = ANY(%(owners)s)"
    return condition, values


def last_contacts(user: Any, reach: Reach, source: str = "") -> dict[str, int]:
    """Return how many customers were last heard of how long ago. 1 query."""
    counts = {f"b{name}": Count("pk", filter=contacted(name)) for name in BUCKETS}
    found = customers_of(user, reach, source).order_by().aggregate(**counts)
    return {name: found[f"b{name}"] for name in BUCKETS}


def contacted(bucket: str) -> Q:
    """The customers of a bucket."""
    _label, least, most = BUCKETS[bucket]
    now = timezone.now()
    found = Q(last_contact_at__gt=now - timedelta(most)) if most is not None else Q()
    return found & Q(last_contact_at__lte=now - timedelta(least)) if least else found

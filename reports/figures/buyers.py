"""Customers: who is new, who bought, who bought again, when they were last heard of."""

# ruff: noqa: S608 — SQL is put together from our own pieces; values are always parameters.

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import chain
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

from .bought import Bought, BoughtAnyhow, Customers, Entered
from .coverage import Part, coverage
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
    several: frozenset[int] = frozenset()  # ids of those who bought more than once


def customers_of(user: Any, reach: Reach, source: str = "") -> Any:
    """Customers that are not archived."""
    rows = Customer.objects.visible_to(user).open().filter(in_reach(reach))
    return rows.filter(source=source) if source else rows


def new_in(user: Any, reach: Reach, period: Period, source: str = "") -> Any:
    """Customers that were entered in the period."""
    rows = customers_of(user, reach, source)
    return rows.filter(within(reach, period, column="created_at"))


def count_new(ask: Ask, reach: Reach, period: Period) -> dict[Any, int]:
    """Return new customers by key; without a key, all of them under "". 2 queries."""
    found: dict[Any, int] = defaultdict(int)
    if reach.places:
        parts = coverage(reach.places, period, is_by_month=True, is_customers=True)
        for key, customers in _groups(Entered({}, reach.owners), parts, ask):
            found[key] += customers
    return found


def buyers_in(ask: Ask, reach: Reach, period: Period) -> tuple[dict[Any, Buyers], Buyers]:
    """Return who bought how often by key (without a key under ""), and everybody together.

    2 queries. Customers are told apart here: uniting kept lists is several times as fast as
    grouping a year's orders in the database.
    """
    if not reach.places:
        return {}, Buyers()
    parts = coverage(reach.places, period, is_by_month=True)
    rows = Bought if ask.source or ask.by == kinds.SOURCE else BoughtAnyhow
    lists: dict[Any, list[int]] = defaultdict(list)
    for key, customers in _groups(rows({}, reach.owners), parts, ask):
        lists[key] += customers
    found, bought = {}, []
    for key, customers in lists.items():
        once = set(customers)
        again = _several(customers) if len(once) < len(customers) else set()
        found[key] = Buyers(
            active=len(once), again=len(again), orders=len(customers), several=frozenset(again)
        )
        bought.append((once, again))
    return found, _together(bought, sum(one.orders for one in found.values()))


def _groups(customers: Customers, parts: list[Part], ask: Ask) -> Iterator[tuple[Any, Any]]:
    """The key of each group as the question groups, and its customers."""
    place = {kinds.BRANCH: 0, kinds.USER: 1, kinds.SOURCE: 2}.get(ask.by)
    with connection.cursor() as cursor:
        cursor.execute(customers.groups(parts, ask.source), customers.values)
        for row in cursor:
            yield "" if place is None else row[place], row[3]


def _together(bought: list[tuple[set[int], set[int]]], orders: int) -> Buyers:
    """Everybody once, who buys under several keys too."""
    once = set().union(*(one for one, _again in bought))
    again = set().union(*(again for _one, again in bought))
    if len(once) < sum(len(one) for one, _again in bought):
        again |= _several(chain.from_iterable(one for one, _again in bought))
    return Buyers(active=len(once), again=len(again), orders=orders, several=frozenset(again))


def _several(customers: Iterable[int]) -> set[int]:
    return {pk for pk, count in Counter(customers).items() if count > 1}


def largest_buyers(
    ask: Ask, reach: Reach, period: Period, several: frozenset[int]
) -> list[tuple[int, int, Decimal]]:
    """Return the customers who bought most: id, orders, total. 2 queries.

    `several` are those with more than one order: of all others only the largest orders count, and
    finding these is much quicker than summing up everybody.
    """
    if not reach.places:
        return []
    condition, values = _bought(ask, reach, period)
    values["several"] = list(several)
    sql = (
        f"SELECT o.customer_id FROM orders_order o JOIN accounts_branch b ON b.id = o.branch_id"
        f" WHERE {condition} AND o.customer_id <> ALL(%(several)s::bigint[])"
        f" ORDER BY COALESCE({_TOTAL}, 0) DESC, 1 LIMIT {MOST_BUYERS}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        single = [pk for (pk,) in cursor.fetchall()]
    return spent_by(ask, reach, period, [*several, *single])


def spent_by(
    ask: Ask, reach: Reach, period: Period, customers: list[int]
) -> list[tuple[int, int, Decimal]]:
    """Return what these customers bought, the largest first: id, orders, total. 1 query."""
    if not reach.places or not customers:
        return []
    condition, values = _bought(ask, reach, period)
    values["customers"] = customers
    sql = (
        f"SELECT o.customer_id, count(*), COALESCE(sum({_TOTAL}), 0) FROM orders_order o"
        f" JOIN accounts_branch b ON b.id = o.branch_id WHERE {condition}"
        f" AND o.customer_id = ANY(%(customers)s) GROUP BY 1 ORDER BY 3 DESC, 1 LIMIT {MOST_BUYERS}"
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
    if ask.source:
        values["source"] = ask.source
        condition += (
            " AND EXISTS (SELECT 1 FROM customers_customer c"
            " WHERE c.id = o.customer_id AND c.source = %(source)s)"
        )
    return condition, values


def last_contacts(user: Any, reach: Reach, source: str = "") -> dict[str, int]:
    """Return how many customers were last heard of how long ago. 1 query."""
    now = timezone.now()
    column = "last_contact_at"  # never empty; an id is not in the index, so rows would be read
    counts: dict[str, Any] = {
        f"b{name}": Count(column, filter=Q(last_contact_at__gt=now - timedelta(most)))
        for name, (_label, _least, most) in BUCKETS.items()
        if most is not None
    }
    counts["bmore"] = Count(column)
    found = customers_of(user, reach, source).order_by().aggregate(**counts)
    whole = [0, *(found[f"b{name}"] for name in BUCKETS)]
    return {name: whole[place + 1] - whole[place] for place, name in enumerate(BUCKETS)}


def contacted(bucket: str) -> Q:
    """The customers of a bucket."""
    _label, least, most = BUCKETS[bucket]
    now = timezone.now()
    found = Q(last_contact_at__gt=now - timedelta(most)) if most is not None else Q()
    return found & Q(last_contact_at__lte=now - timedelta(least)) if least else found

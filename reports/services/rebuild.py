"""Keeping the sums of months that are over, and proving that they equal the orders."""

# ruff: noqa: S608 — SQL is put together from our own pieces; values are always parameters.

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection, transaction

from accounts.models import Branch, CompanySettings
from reports.figures.bought import BUYERS, NEW, Bought, Entered
from reports.figures.coverage import Part, month_end
from reports.figures.facts import (
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
from reports.figures.movements import MOVED, Movements
from reports.periods import Period
from reports.reach import Place

LOCK = 0x5265  # "Re": builders, and the triggers that make every month stale, take turns


@dataclass(frozen=True)
class Grain:
    """How one table is summed up: from which facts, by which columns, and which sums."""

    facts: Callable[[dict[str, Any]], Any]
    columns: str
    keys: str  # the columns as expressions over the facts
    measures: tuple[str, ...] = MEASURES
    sum: str = "coalesce(round(sum(f.{}), 6), 0)"  # of each measure, by its name


def _sales(table: str) -> Callable[[dict[str, Any]], Any]:
    live, back = (LINES, RETURNED_LINES) if table == PRODUCTS else (WHOLE_ORDERS, WHOLE_RETURNS)
    return lambda values: Facts(table=table, live=live, owners=None, values=values, back=back)


_GRAINS = {
    SALES: Grain(_sales(SALES), "day, channel", "f.day, f.channel"),
    OWNERS: Grain(
        _sales(OWNERS),
        "day, channel, owner_id",
        "%(month)s::date, f.channel, f.owner_id",
    ),
    PRODUCTS: Grain(
        _sales(PRODUCTS),
        "day, channel, product_id",
        "%(month)s::date, f.channel, f.product_id",
    ),
    "reports_movementmonth": Grain(
        Movements, "day, warehouse_id, product_id", "%(month)s::date, f.warehouse_id, f.product_id",
        MOVED,
    ),
    BUYERS: Grain(
        Bought, "day, owner_id, source", "%(month)s::date, f.owner_id, f.source", ("customers",),
        "array_agg(f.customer ORDER BY f.customer)",
    ),
    NEW: Grain(
        Entered, "day, owner_id, source", "%(month)s::date, f.owner_id, f.source", ("customers",),
        "count(*)",
    ),
}  # fmt: skip
# A month counts as over an hour after its end by the branch's clock: no transaction that confirmed
# an order within it is still open then, so the triggers miss nothing (migration 0002).
_DUE = """
SELECT b.id, m::date FROM accounts_branch b
CROSS JOIN LATERAL generate_series(
    date_trunc('month', LEAST((SELECT min(confirmed_at) FROM orders_order),
        (SELECT min(at) FROM inventory_stockmovement)) - interval '1 day'),
    date_trunc('month', (now() - interval '1 hour') AT TIME ZONE b.time_zone) - interval '1 month',
    interval '1 month') AS m
WHERE NOT EXISTS (
    SELECT 1 FROM reports_builtmonth k WHERE k.branch_id = b.id AND k.month = m::date
) OR EXISTS (
    SELECT 1 FROM reports_stalemonth s WHERE s.branch_id = b.id AND s.month = m::date
) ORDER BY 2 DESC, 1
"""


def due_months() -> dict[date, list[int]]:
    """Return the months whose sums are missing or stale with their branches, the newest first."""
    due: dict[date, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_DUE)
        for branch, month in cursor.fetchall():
            due[month].append(branch)
    return due


def rebuild_due_months(*, most: int = 6) -> int:
    """Build up to `most` months that are missing or stale; return how many still are."""
    due = due_months()
    for month in list(due)[:most]:
        if rebuild_month(month, due[month]):
            del due[month]
    return len(due)


@transaction.atomic
def rebuild_month(month: date, branches: Sequence[int]) -> bool:
    """Sum one month of some branches up anew. False when another builder is at work.

    Safe beside writers: what commits after the first statement leaves its own mark behind.
    """
    places = tuple(place for place in _places() if place.pk in branches)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return False
        ids = list(branches)
        cursor.execute(
            "SELECT id FROM reports_stalemonth WHERE month = %s AND branch_id = ANY(%s)",
            [month, ids],
        )
        seen = [row[0] for row in cursor.fetchall()]
        for table in _GRAINS:
            cursor.execute(
                f"DELETE FROM {table} WHERE branch_id = ANY(%s) AND day BETWEEN %s AND %s",
                [ids, month, month_end(month)],
            )
            cursor.execute(*_summing_up(table, month, places, is_kept=True))
        cursor.execute(
            "INSERT INTO reports_builtmonth (branch_id, month, built_at)"
            " SELECT b, %s, now() FROM unnest(%s) b ON CONFLICT (branch_id, month)"
            " DO UPDATE SET built_at = excluded.built_at",
            [month, ids],
        )
        cursor.execute("DELETE FROM reports_stalemonth WHERE id = ANY(%s)", [seen])
    return True


def differing_months() -> Iterator[tuple[date, str]]:
    """Yield the month and table of kept sums that do not equal those of the orders now.

    Stale months are left out: they are read from the orders.
    """
    sound: dict[date, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT branch_id, month FROM reports_builtmonth k WHERE NOT EXISTS (SELECT 1 FROM"
            " reports_stalemonth s WHERE s.branch_id = k.branch_id AND s.month = k.month)"
            " ORDER BY 2"
        )
        for branch, month in cursor.fetchall():
            sound[month].append(branch)
        for month, branches in sound.items():
            places = tuple(place for place in _places() if place.pk in branches)
            for table in _GRAINS:
                if _differs(cursor, table, month, places):
                    yield month, table


def _differs(cursor: Any, table: str, month: date, places: tuple[Place, ...]) -> bool:
    live, values = _summing_up(table, month, places, is_kept=False)
    grain = _GRAINS[table]
    columns = f"branch_id, {grain.columns}, {', '.join(grain.measures)}"
    values |= {"ids": [place.pk for place in places], "end": month_end(month)}
    kept = (
        f"SELECT {columns} FROM {table} WHERE branch_id = ANY(%(ids)s)"
        " AND day BETWEEN %(month)s AND %(end)s"
    )
    cursor.execute(
        f"(({live}) EXCEPT ({kept})) UNION ALL (({kept}) EXCEPT ({live})) LIMIT 1", values
    )
    return cursor.fetchone() is not None


def _summing_up(
    table: str, month: date, places: tuple[Place, ...], *, is_kept: bool
) -> tuple[str, dict[str, Any]]:
    grain = _GRAINS[table]
    values = {"company": CompanySettings.current().currency, "month": month}
    whole = Period(month, month_end(month))
    rows = grain.facts(values).sql([Part(places, (), (whole,))])
    sums = ", ".join(grain.sum.format(name) for name in grain.measures)
    count = len(grain.columns.split(",")) + 1
    select = (
        f"SELECT f.branch_id, {grain.keys}, {sums} FROM ({rows}) f"
        f" GROUP BY {', '.join(str(place) for place in range(1, count + 1))}"
    )
    names = f"branch_id, {grain.columns}, {', '.join(grain.measures)}"
    return (f"INSERT INTO {table} ({names}) {select}" if is_kept else select), values


def _places() -> list[Place]:
    return [Place(b.pk, b.name, b.time_zone, b.currency) for b in Branch.objects.order_by("pk")]

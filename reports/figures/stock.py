"""Stock: what lies where and what it is worth now, what is on its way, what moved in a period."""

# ruff: noqa: S608 — SQL is put together from our own pieces; values are always parameters.

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from inventory import permissions as inventory
from inventory.models import Inventory, StockMovement
from reports import dimensions as kinds
from reports.asking import Ask
from reports.periods import Period
from reports.reach import Reach
from reports.rows import within

from .coverage import all_live, coverage
from .facts import RATE
from .movements import MOVED, Movements
from .sales import bucket_of

_KEYS = {
    kinds.WAREHOUSE: "w.id",
    kinds.CATEGORY: "p.category_id",
    kinds.PRODUCT: "p.id",
    kinds.BRANCH: "w.branch_id",
}
_MOVED_BY = {
    kinds.WAREHOUSE: "f.warehouse_id",
    kinds.CATEGORY: "p.category_id",
    kinds.PRODUCT: "f.product_id",
    kinds.BRANCH: "f.branch_id",
}
_JOINS = """JOIN inventory_warehouse w ON w.id = i.warehouse_id
JOIN accounts_branch b ON b.id = w.branch_id JOIN inventory_product p ON p.id = i.product_id"""
_NOW = RATE.format(currency="b.currency", day="%(today)s::date")


@dataclass
class Stock:
    """One group of stock. Quantities in each product's unit, values in the company's currency."""

    on_hand: Decimal = Decimal(0)
    value: Decimal = Decimal(0)
    transit: Decimal = Decimal(0)  # value on its way there
    came: Decimal = Decimal(0)
    left: Decimal = Decimal(0)
    came_value: Decimal = Decimal(0)
    left_value: Decimal = Decimal(0)
    issued: Decimal = Decimal(0)  # value that was issued: sold or used, not transferred or counted
    came_on: dict[date, Decimal] = field(default_factory=dict)
    left_on: dict[date, Decimal] = field(default_factory=dict)


def stock_reach(reach: Reach) -> Reach:
    """A warehouse has no owner: narrower than a branch reaches nothing (OfWarehouseQuerySet)."""
    return reach if reach.owners is None else Reach(())


def lying(ask: Ask, found: dict[Any, Stock]) -> None:
    """Add what lies there now. 1 query."""
    sql = (
        f"SELECT {_KEYS[ask.by]}, sum(i.on_hand), sum(i.value * ({_NOW}))"
        f" FROM inventory_inventory i {_JOINS} WHERE {_place(ask)} AND i.on_hand <> 0 GROUP BY 1"
    )
    for key, quantity, value in _read(sql, _values(ask)):
        stock = found.setdefault(key, Stock())
        stock.on_hand, stock.value = quantity, value or Decimal(0)


def moving(ask: Ask, found: dict[Any, Stock]) -> None:
    """Add the value that was sent and has not arrived, where it goes. 1 query."""
    sql = (
        f"SELECT {_KEYS[ask.by]}, sum((l.quantity - l.received) * l.arrival_cost * ({_NOW}))"
        " FROM inventory_transferline l JOIN inventory_transfer t ON t.id = l.transfer_id"
        " JOIN inventory_warehouse w ON w.id = t.destination_id"
        " JOIN accounts_branch b ON b.id = w.branch_id JOIN inventory_product p ON p.id = l.product_id"
        f" WHERE t.status = 'sent' AND {_place(ask)} GROUP BY 1"
    )
    for key, value in _read(sql, _values(ask)):
        found.setdefault(key, Stock()).transit = value or Decimal(0)


def moved(ask: Ask, period: Period, part: str, found: dict[Any, Stock]) -> Stock:
    """Add what came and left in the period, and return the whole of it over its parts. 2 queries."""
    values = _values(ask)
    is_fine = part in ("day", "week")
    parts = (
        all_live(ask.reach.places, period)
        if is_fine
        else coverage(ask.reach.places, period, is_by_month=True)
    )
    key, bucket = _MOVED_BY[ask.by], bucket_of("f.day", part)
    needs_product = ask.by == kinds.CATEGORY or ask.categories is not None
    join = " JOIN inventory_product p ON p.id = f.product_id" if needs_product else ""
    only = " WHERE p.category_id = ANY(%(categories)s)" if ask.categories is not None else ""
    sums = ", ".join(f"sum(f.{name})" for name in MOVED)
    sql = (
        f"SELECT GROUPING({key}), {key}, {bucket}, {sums} FROM ({Movements(values).sql(parts)}) f"
        f"{join}{only} GROUP BY GROUPING SETS (({key}), ({bucket}))"
    )
    whole = Stock()
    for is_part, group, day, *figures in _read(sql, values):
        came, left, came_value, left_value, issued = (one or Decimal(0) for one in figures)
        if is_part:
            whole.came_on[day] = came_value if ask.sees_cost else came
            whole.left_on[day] = left_value if ask.sees_cost else left
            continue
        stock = found.setdefault(group, Stock())
        stock.came, stock.left, stock.issued = came, left, issued
        stock.came_value, stock.left_value = came_value, left_value
    return whole


def idle(ask: Ask, period: Period) -> tuple[int, Decimal]:
    """Return how many products in how many places nothing was taken from in the period, and their
    value. 1 query."""
    sql = (  # OFFSET 0: ask the index for each place, rather than read every movement
        f"SELECT count(*), sum(i.value * ({_NOW})) FROM inventory_inventory i {_JOINS}"
        f" WHERE {_place(ask)} AND i.on_hand > 0 AND NOT EXISTS (SELECT 1 FROM"
        " inventory_stockmovement m WHERE m.inventory_id = i.id AND m.at >= %(since)s"
        " AND m.at < %(until)s AND m.quantity < 0 OFFSET 0)"
    )
    ((count, value),) = _read(sql, _values(ask) | _span(ask, period))
    return count, value or Decimal(0)


def inventories(user: Any, reach: Reach) -> Any:
    """What lies in the warehouses of the reach."""
    rows = Inventory.objects.filter(warehouse__branch_id__in=stock_reach(reach).branches)
    return rows.visible_to(user) if user.has_perm(inventory.VIEW_STOCK) else rows.none()


def movements(user: Any, reach: Reach, period: Period) -> Any:
    """What came and left in the period."""
    rows = StockMovement.objects.visible_to(user).exclude(quantity=0)
    return rows.filter(
        within(stock_reach(reach), period, column="at", branch="inventory__warehouse__branch_id")
    )


def _span(ask: Ask, period: Period) -> dict[str, Any]:
    places = ask.reach.places
    return {
        "since": min(place.midnight(period.start) for place in places),
        "until": max(place.midnight(period.end + timedelta(1)) for place in places),
    }


def _place(ask: Ask) -> str:
    categories = " AND p.category_id = ANY(%(categories)s)" if ask.categories is not None else ""
    return f"w.branch_id = ANY(%(branches)s){categories}"


def _values(ask: Ask) -> dict[str, Any]:
    return {
        "company": ask.currency,
        "today": ask.reach.today,
        "branches": ask.reach.branches,
        "categories": list(ask.categories or ()),
    }


def _read(sql: str, values: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())

"""Promising stock: the only code that makes reservations.

Whoever promises holds rows that rivals wait for, so all of it is one statement, the last of its
transaction where possible: it locks the stock in the order of its ids (rivals queue and never
deadlock), looks whether everything is free, and reserves all or nothing. The database's triggers
and checks have the last word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from accounts.models import User
from inventory.errors import NotStocked, WarehouseClosed
from inventory.models import Inventory, Product

from .alerts import refresh_alerts
from .refusals import refusals_in_words, refuse_shortage
from .stock import Place, make_missing, tell_changed


@dataclass(frozen=True, kw_only=True)
class Want:
    """Stock to promise. `source` names the purpose, once: "order_line:42"."""

    product_id: int
    warehouse_id: int
    quantity: Decimal
    source: str


def reserve_stock(wants: Sequence[Want], *, reference: str, actor: User | None) -> None:
    """Promise all of it in the caller's transaction, or raise InsufficientStock and promise none.

    The refusal names the first product short. Errors: NotStocked for a service; WarehouseClosed;
    FigureTooLarge; IntegrityError for a source that was reserved already.
    """
    branches = _check_places({(want.product_id, want.warehouse_id) for want in wants})
    arguments: dict[str, Any] = {
        "products": [want.product_id for want in wants],
        "warehouses": [want.warehouse_id for want in wants],
        "quantities": [want.quantity for want in wants],
        "sources": [want.source for want in wants],
        "reference": reference,
        "actor": actor.pk if actor else None,
    }
    with refusals_in_words(), connection.cursor() as cursor:
        cursor.execute(RESERVE, arguments)
        rows = cursor.fetchall()
    _refuse_short(wants, rows)
    refresh_alerts([stock for stock, _place, _warehouse, _total, _short, is_low in rows if is_low])
    tell_changed(branches)


def _check_places(places: set[Place]) -> set[int | None]:
    """Promise only things that lie in stock, from a warehouse in use; return the branches."""
    found = _read_places(places)
    if len(found) < len(places):
        make_missing(places)
        found = _read_places(places)
    for kind, is_active, _branch in found:
        if kind != Product.Kind.STOCKED:
            raise NotStocked
        if not is_active:
            raise WarehouseClosed
    return {branch for _kind, _is_active, branch in found}


def _read_places(places: set[Place]) -> list[tuple[str, bool, int | None]]:
    rows = Inventory.objects.filter(product_id__in={product for product, _place in places})
    known = ("product__kind", "warehouse__is_active", "warehouse__branch_id")
    return [
        (kind, is_active, branch)
        for product, place, kind, is_active, branch in rows.values_list(
            "product_id", "warehouse_id", *known
        )
        if (product, place) in places
    ]


def _refuse_short(wants: Sequence[Want], rows: Sequence[tuple[Any, ...]]) -> None:
    short = {
        (product, place): total for _id, product, place, total, is_short, _l in rows if is_short
    }
    for want in wants:
        total: Decimal | None = short.get((want.product_id, want.warehouse_id))
        if total is not None:
            stock = Inventory.objects.select_related("product", "warehouse").get(
                product=want.product_id, warehouse=want.warehouse_id
            )
            refuse_shortage(stock, total)


# Waiting for a rival's lock ends with the rival's figures: FOR UPDATE reads the row as it is then.
RESERVE = """
WITH want AS (
    SELECT * FROM unnest(
        %(products)s::bigint[], %(warehouses)s::bigint[], %(quantities)s::numeric[],
        %(sources)s::text[]
    ) AS want (product_id, warehouse_id, quantity, source)
), stock AS MATERIALIZED (
    SELECT id, product_id, warehouse_id, available, allows_backorder, reorder_point
    FROM inventory_inventory
    WHERE (product_id, warehouse_id) IN (SELECT product_id, warehouse_id FROM want)
    ORDER BY id FOR NO KEY UPDATE
), needed AS (
    SELECT stock.*, sum(want.quantity) AS total
    FROM stock JOIN want USING (product_id, warehouse_id)
    GROUP BY stock.id, stock.product_id, stock.warehouse_id, stock.available,
        stock.allows_backorder, stock.reorder_point
), promised AS (
    INSERT INTO inventory_reservation
        (inventory_id, quantity, source, reference, actor_id, created_at)
    SELECT stock.id, want.quantity, want.source, %(reference)s, %(actor)s, now()
    FROM want JOIN stock USING (product_id, warehouse_id)
    WHERE NOT EXISTS (SELECT FROM needed WHERE total > available AND NOT allows_backorder)
    ORDER BY stock.id
)
SELECT id, product_id, warehouse_id, total,
    total > available AND NOT allows_backorder AS is_short,
    reorder_point IS NOT NULL AND available - total <= reorder_point AS is_low
FROM needed
"""

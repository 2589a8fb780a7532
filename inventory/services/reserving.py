"""Promising stock: the only code that makes reservations.

Whoever promises holds rows that rivals wait for, so all of it is one statement, the last of its
transaction where possible: it locks the stock in the order of its ids (rivals queue and never
deadlock), looks whether everything is free, and reserves all or nothing. The database's triggers
and checks have the last word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from accounts.models import User
from inventory.errors import NotStocked, WarehouseClosed
from inventory.models import Inventory, Product

from .alerts import refresh_alerts
from .refusals import refusals_in_words, refuse_shortage
from .stock import make_missing, tell_changed


@dataclass(frozen=True, kw_only=True)
class Want:
    """Stock to promise. `source` names the purpose, once: "order_line:42"."""

    product_id: int
    warehouse_id: int
    quantity: Decimal
    source: str


def reserve_stock(
    wants: Sequence[Want], *, reference: str, actor: User | None, url: str = ""
) -> None:
    """Promise all of it in the caller's transaction, or raise InsufficientStock and promise none.

    `reference` and `url` lead people to the purpose. The refusal names the first product short.
    Errors: NotStocked for a service; WarehouseClosed;
    FigureTooLarge; IntegrityError for a source that was reserved already.
    """
    arguments: dict[str, Any] = {
        "products": [want.product_id for want in wants],
        "warehouses": [want.warehouse_id for want in wants],
        "quantities": [want.quantity for want in wants],
        "sources": [want.source for want in wants],
        "reference": reference,
        "url": url,
        "actor": actor.pk if actor else None,
    }
    places = set(zip(arguments["products"], arguments["warehouses"], strict=True))
    rows = _reserve(arguments)
    if len(rows) < len(places):  # nothing was promised: some of it never lay there
        make_missing(places)
        rows = _reserve(arguments)
    _refuse(wants, rows)
    refresh_alerts([row.stock for row in rows if row.is_low])
    tell_changed({row.branch for row in rows})


class _Row(NamedTuple):
    """What RESERVE says of a stock."""

    stock: int
    product: int
    place: int
    total: Decimal  # wanted of it
    is_short: bool
    is_low: bool
    kind: str
    is_open: bool
    branch: int


def _reserve(arguments: dict[str, Any]) -> list[_Row]:
    with refusals_in_words(), connection.cursor() as cursor:
        cursor.execute(RESERVE, arguments)
        return [_Row(*row) for row in cursor.fetchall()]


def _refuse(wants: Sequence[Want], rows: Sequence[_Row]) -> None:
    """Promise only things that lie in stock, in warehouses in use, as far as they are free."""
    if any(row.kind != Product.Kind.STOCKED for row in rows):
        raise NotStocked
    if not all(row.is_open for row in rows):
        raise WarehouseClosed
    short = {(row.product, row.place): row.total for row in rows if row.is_short}
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
    SELECT id, product_id, warehouse_id, available, allows_backorder, reorder_point, is_open
    FROM inventory_inventory
    WHERE (product_id, warehouse_id) IN (SELECT product_id, warehouse_id FROM want)
    ORDER BY id FOR NO KEY UPDATE
), needed AS MATERIALIZED (
    SELECT stock.*, wanted.total, product.kind, place.branch_id,
        wanted.total > stock.available AND NOT stock.allows_backorder AS is_short
    FROM stock JOIN (
        SELECT product_id, warehouse_id, sum(quantity) AS total FROM want
        GROUP BY product_id, warehouse_id
    ) AS wanted USING (product_id, warehouse_id)
    JOIN inventory_product AS product ON product.id = stock.product_id
    JOIN inventory_warehouse AS place ON place.id = stock.warehouse_id
), promised AS (
    INSERT INTO inventory_reservation
        (inventory_id, quantity, source, reference, url, actor_id, created_at)
    SELECT stock.id, want.quantity, want.source, %(reference)s, %(url)s, %(actor)s, now()
    FROM want JOIN stock USING (product_id, warehouse_id)
    WHERE NOT EXISTS (SELECT FROM needed WHERE is_short OR NOT is_open OR kind <> 'stocked')
      AND (SELECT count(*) FROM needed)
        = (SELECT count(DISTINCT (product_id, warehouse_id)) FROM want)
    ORDER BY stock.id
)
SELECT id, product_id, warehouse_id, total, is_short,
    reorder_point IS NOT NULL AND available - total <= reorder_point AS is_low,
    kind, is_open, branch_id
FROM needed
"""

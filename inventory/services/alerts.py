"""Low-stock alerts: one per product and warehouse, from the fall to its end."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils.translation import override

from accounts.models import User
from accounts.services import Notice, notify_many
from crm_project.kit.events import publish
from inventory import permissions
from inventory.events import StockFellLow
from inventory.models import StockAlert

OPEN = """
INSERT INTO inventory_stockalert (inventory_id, available, reorder_point, opened_at)
SELECT stock.id, stock.available, stock.reorder_point, now()
FROM inventory_inventory AS stock JOIN inventory_product AS product ON product.id = stock.product_id
WHERE stock.id = ANY(%s) AND stock.available <= stock.reorder_point
  AND stock.is_open AND product.is_active
ON CONFLICT (inventory_id) WHERE resolved_at IS NULL DO NOTHING
RETURNING id
"""
RESOLVE = """
UPDATE inventory_stockalert AS alert SET resolved_at = now()
FROM inventory_inventory AS stock JOIN inventory_product AS product ON product.id = stock.product_id
WHERE alert.inventory_id = stock.id AND alert.inventory_id = ANY(%s) AND alert.resolved_at IS NULL
  AND (stock.reorder_point IS NULL OR stock.available > stock.reorder_point
       OR NOT stock.is_open OR NOT product.is_active)
"""


def refresh_alerts(inventory_ids: Sequence[int]) -> None:
    """Open and resolve the alerts of this stock, in the caller's transaction.

    Products that are not sold any more, and closed warehouses, have none.

    Each newly opened one is told once (StockFellLow); falling further says nothing more.
    """
    if not inventory_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(RESOLVE, [list(inventory_ids)])
        cursor.execute(OPEN, [list(inventory_ids)])
        opened = [row[0] for row in cursor.fetchall()]
    for alert_id in opened:
        publish(StockFellLow(alert_id=alert_id))


def tell_about_low_stock(alert_id: int) -> None:
    """Tell those who may order for this branch, each once for this alert. Safe to run twice."""
    alert = (
        StockAlert.objects.select_related("inventory__product", "inventory__warehouse")
        .filter(pk=alert_id, resolved_at=None)
        .first()
    )
    if alert is None:
        return
    stock = alert.inventory
    people = (
        User.objects.staff()
        .with_access()
        .filter(branch=stock.warehouse.branch_id, role__grants__has_key=permissions.CHANGE_PURCHASE)
    )
    notify_many(
        Notice(
            user=person,
            kind="stock.low",
            subject=_in_language(stock.product, person.language),
            detail=_in_language(stock.warehouse, person.language),
            url=stock.product.get_absolute_url(),
            key=f"stock.low:{alert.pk}",
        )
        for person in people
        if person.has_perm(permissions.CHANGE_PURCHASE)
    )


def _in_language(named: Any, language: str) -> str:
    with override(language):
        return str(named.name)

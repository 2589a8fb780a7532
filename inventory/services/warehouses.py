"""Warehouses, and at which level their stock is ordered again."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Branch, User
from accounts.roles import Scope
from accounts.services import record
from crm_project.kit.live import branch_group, tell_once
from inventory import permissions
from inventory.errors import CodeTaken, NotStocked, NotYourWarehouse, WarehouseInUse
from inventory.models import Inventory, Product, PurchaseOrder, Transfer, Warehouse
from inventory.stocklist import forget_warehouses

from .alerts import refresh_alerts
from .places import require_place
from .purchases import UNDER_WAY
from .stock import lock_stock

FIELDS = ("branch", "code", "name_ar", "name_en", "address", "is_active")


@dataclass(frozen=True, kw_only=True)
class ReorderLevel:
    """When (at or below `point`) and how much to order again; None for not at all."""

    point: Decimal | None
    quantity: Decimal | None = None
    bin: str = ""


def branches_of(actor: User) -> Any:
    """Return the branches whose warehouses the actor may change."""
    scope = actor.scope_of(permissions.CHANGE_WAREHOUSE)
    rows = Branch.objects.visible_to(actor).active()
    if scope == Scope.COMPANY:
        return rows
    return rows.filter(pk=actor.branch_id or 0) if scope == Scope.BRANCH else rows.none()


@transaction.atomic
def save_warehouse(
    warehouse: Warehouse | None, values: Mapping[str, Any], *, actor: User
) -> Warehouse:
    """Add or change a warehouse. It keeps its branch.

    Errors: NotYourWarehouse, CodeTaken, WarehouseInUse when it is closed while goods lie there, are
    promised from there or on their way there; also when that happens at the same moment.
    """
    row = warehouse or Warehouse()
    if warehouse:
        row = Warehouse.objects.select_for_update().get(pk=warehouse.pk)
        require_place(actor, row, permissions.CHANGE_WAREHOUSE)
    branch = values.get("branch", row.branch if warehouse else None)
    if branch is None or not branches_of(actor).filter(pk=branch.pk).exists():
        raise NotYourWarehouse(field="branch")
    if warehouse and (branch.pk != row.branch_id or not values.get("is_active", True)):
        _check_empty(row)
    changes = _changes(row, values, is_new=warehouse is None)
    for name in FIELDS:
        if name in values:
            setattr(row, name, values[name])
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if getattr(diagnosis, "constraint_name", "") == "inventory_closed_is_empty":
            raise WarehouseInUse(field="is_active") from error
        raise CodeTaken(field="code") from error
    if "is_active" in changes:
        levels = Inventory.objects.filter(warehouse=row, reorder_point__isnull=False)
        refresh_alerts(list(levels.values_list("pk", flat=True)))
    if changes:
        verb = "warehouse.changed" if warehouse else "warehouse.created"
        record(actor, verb, row, changes=changes)
    transaction.on_commit(forget_warehouses)
    return row


def _changes(row: Warehouse, values: Mapping[str, Any], *, is_new: bool) -> dict[str, list[str]]:
    if is_new:
        return {"code": ["", str(values.get("code", ""))]}
    return {
        name: [str(getattr(row, name)), str(values[name])]
        for name in FIELDS
        if name in values and getattr(row, name) != values[name]
    }


def _check_empty(row: Warehouse) -> None:
    stocks = Inventory.objects.filter(warehouse=row)
    if stocks.exclude(reserved=0).exists():
        raise WarehouseInUse(
            _("Goods of this warehouse are promised to orders. Ship or release them first.")
        )
    if stocks.exclude(on_hand=0).exists():
        raise WarehouseInUse
    moving = Transfer.objects.filter(destination=row, status=Transfer.Status.SENT).exists()
    if moving or PurchaseOrder.objects.filter(warehouse=row, status__in=UNDER_WAY).exists():
        raise WarehouseInUse(
            _("Goods are on their way to this warehouse. Receive them, or cancel that, first.")
        )


@transaction.atomic
def set_reorder_level(
    product: Product, warehouse: Warehouse, level: ReorderLevel, *, actor: User
) -> Inventory:
    """Say when a product is ordered again; opens or ends its alert at once.

    Errors: NotYourWarehouse, NotStocked.
    """
    require_place(actor, warehouse, permissions.CHANGE_WAREHOUSE)
    if not product.is_stocked:
        raise NotStocked
    stock = lock_stock([(product.pk, warehouse.pk)])[product.pk, warehouse.pk]
    before = [_text(stock.reorder_point), _text(stock.reorder_quantity)]
    stock.reorder_point, stock.reorder_quantity = level.point, level.quantity
    stock.bin = level.bin
    stock.save(update_fields=["reorder_point", "reorder_quantity", "bin"])
    after = [_text(level.point), _text(level.quantity)]
    changes = {
        "warehouse": warehouse.code,
        "reorder_point": [before[0], after[0]],
        "reorder_quantity": [before[1], after[1]],
    }
    record(actor, "product.reorder_level_changed", product, changes=changes)
    refresh_alerts([stock.pk])
    tell_once({branch_group(None), branch_group(warehouse.branch_id)}, "stock-changed")
    return stock


def _text(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"

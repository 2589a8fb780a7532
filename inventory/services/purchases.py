"""Purchase orders: written, sent to the supplier, received in parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import record
from accounts.services.numbers import next_in_series
from crm_project.kit.live import branch_group, tell_once
from crm_project.kit.money import round_money
from inventory import permissions
from inventory.errors import (
    DocumentChangedMeanwhile,
    FigureTooLarge,
    NothingGiven,
    NotStocked,
)
from inventory.models import Product, PurchaseOrder, PurchaseOrderLine, Supplier, Warehouse

from .once import earlier
from .places import require_open, require_place

Status = PurchaseOrder.Status
OPEN = (Status.DRAFT, Status.ORDERED, Status.PARTIAL)  # something may still come
# What the columns hold, each in units before the point.
_MOST_QUANTITY, _MOST_COST, _MOST_TOTAL = (Decimal(10) ** digits for digits in (11, 12, 13))


@dataclass(frozen=True, kw_only=True)
class PurchaseLine:
    """So much of a product at a cost in the order's currency, before tax."""

    product: Product
    quantity: Decimal
    unit_cost: Decimal


@dataclass(frozen=True, kw_only=True)
class PurchaseDraft:
    """What a purchase order says. `exchange_rate`: one unit of its currency in the branch's."""

    supplier: Supplier
    warehouse: Warehouse
    lines: Sequence[PurchaseLine]
    currency: str
    exchange_rate: Decimal = Decimal(1)
    expected_on: date | None = None
    note: str = ""


@transaction.atomic
def create_purchase(draft: PurchaseDraft, *, request_id: UUID, actor: User) -> PurchaseOrder:
    """Write a draft with the next number of the branch.

    Errors: NotYourWarehouse, WarehouseClosed, NothingGiven, NotStocked, FigureTooLarge.
    """
    require_place(actor, draft.warehouse, permissions.CHANGE_PURCHASE)
    if known := earlier(PurchaseOrder, request_id):
        return known  # type: ignore[no-any-return]
    _check(draft)
    number = next_in_series("purchase", draft.warehouse.branch)[0]
    order = PurchaseOrder(number=number, created_by=actor, request_id=request_id)
    _write(order, draft)
    record(actor, "purchase.created", order)
    announce_purchase(order)
    return order


@transaction.atomic
def update_purchase(
    order: PurchaseOrder, draft: PurchaseDraft, *, actor: User, version: int | None = None
) -> PurchaseOrder:
    """Rewrite a draft. Errors: as create_purchase(), and DocumentChangedMeanwhile."""
    locked = locked_purchase(order)
    require_place(actor, locked.warehouse, permissions.CHANGE_PURCHASE)
    require_place(actor, draft.warehouse, permissions.CHANGE_PURCHASE)
    if locked.status != Status.DRAFT or (version is not None and version != locked.version):
        raise DocumentChangedMeanwhile
    _check(draft)
    before = locked.total
    locked.version += 1
    locked.lines.all().delete()
    _write(locked, draft)
    record(actor, "purchase.changed", locked, changes={"total": [str(before), str(locked.total)]})
    announce_purchase(locked)
    return locked


@transaction.atomic
def order_purchase(order: PurchaseOrder, *, actor: User) -> PurchaseOrder:
    """Send a draft on its way; without a date it is expected after the supplier's lead time.

    Ordering what is ordered already changes nothing. Errors: NotYourWarehouse,
    DocumentChangedMeanwhile.
    """
    locked = locked_purchase(order)
    require_place(actor, locked.warehouse, permissions.CHANGE_PURCHASE)
    if locked.status in (Status.ORDERED, Status.PARTIAL, Status.RECEIVED):
        return locked
    if locked.status != Status.DRAFT:
        raise DocumentChangedMeanwhile
    locked.ordered_at = timezone.now()
    if locked.expected_on is None:
        locked.expected_on = timezone.localdate() + timedelta(days=locked.supplier.lead_days)
    step_purchase(locked, Status.ORDERED, "purchase.ordered", actor)
    return locked


@transaction.atomic
def cancel_purchase(order: PurchaseOrder, *, actor: User) -> PurchaseOrder:
    """Give an order up. One that has partly come ends as received: the rest will not come.

    Errors: NotYourWarehouse, DocumentChangedMeanwhile.
    """
    locked = locked_purchase(order)
    require_place(actor, locked.warehouse, permissions.CHANGE_PURCHASE)
    if locked.status == Status.CANCELLED:
        return locked
    if locked.status not in OPEN:
        raise DocumentChangedMeanwhile
    if locked.status == Status.PARTIAL:
        locked.received_at = timezone.now()
        step_purchase(locked, Status.RECEIVED, "purchase.closed", actor)
    else:
        step_purchase(locked, Status.CANCELLED, "purchase.cancelled", actor)
    return locked


def locked_purchase(order: PurchaseOrder) -> PurchaseOrder:
    """Return the order as it is now, held until the transaction ends."""
    rows = PurchaseOrder.objects.select_related("supplier", "warehouse__branch")
    return rows.select_for_update(of=("self",)).get(pk=order.pk)


def step_purchase(order: PurchaseOrder, status: Status, verb: str, actor: User) -> None:
    """Write the new state with its log entry, and tell the open pages."""
    before, order.status = order.status, status
    order.version += 1
    order.save(update_fields=["status", "ordered_at", "received_at", "expected_on", "version"])
    record(actor, verb, order, changes={"status": [before, status.value]})
    announce_purchase(order)


def announce_purchase(order: PurchaseOrder) -> None:
    """Tell the open pages."""
    groups = {branch_group(None), branch_group(order.warehouse.branch_id)}
    tell_once(groups, "purchases-changed")


def _check(draft: PurchaseDraft) -> None:
    if not [line for line in draft.lines if line.quantity > 0]:
        raise NothingGiven
    if any(not line.product.is_stocked for line in draft.lines):
        raise NotStocked
    require_open(draft.warehouse)


def _check_size(lines: Sequence[PurchaseLine], exchange_rate: Decimal) -> None:
    """Refuse what the order, or the stock at its cost, could not hold. Errors: FigureTooLarge."""
    is_within = all(
        line.quantity < _MOST_QUANTITY and line.unit_cost * exchange_rate < _MOST_COST
        for line in lines
    )
    if not is_within or sum(line.quantity * line.unit_cost for line in lines) >= _MOST_TOTAL:
        raise FigureTooLarge(field="lines")


def _write(order: PurchaseOrder, draft: PurchaseDraft) -> None:
    """Write order and lines; lines of the same product become one at their average cost."""
    merged = _merged(draft.lines)
    _check_size(merged, draft.exchange_rate)
    order.supplier, order.warehouse = draft.supplier, draft.warehouse
    order.currency, order.exchange_rate = draft.currency, draft.exchange_rate
    order.expected_on, order.note = draft.expected_on, draft.note
    order.total = sum(
        (round_money(line.quantity * line.unit_cost, draft.currency) for line in merged),
        Decimal(0),
    )
    order.save()
    PurchaseOrderLine.objects.bulk_create(
        PurchaseOrderLine(
            order=order, product=line.product, quantity=line.quantity, unit_cost=line.unit_cost
        )
        for line in merged
    )


def _merged(lines: Sequence[PurchaseLine]) -> list[PurchaseLine]:
    found: dict[Any, PurchaseLine] = {}
    for line in lines:
        if line.quantity <= 0:
            continue
        known = found.get(line.product.pk)
        found[line.product.pk] = _joined(known, line) if known else line
    return list(found.values())


def _joined(one: PurchaseLine, other: PurchaseLine) -> PurchaseLine:
    quantity = one.quantity + other.quantity
    amount = one.quantity * one.unit_cost + other.quantity * other.unit_cost
    cost = (amount / quantity).quantize(Decimal("0.001"), ROUND_HALF_UP)
    return PurchaseLine(product=one.product, quantity=quantity, unit_cost=cost)

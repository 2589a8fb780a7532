"""Purchase orders: written, sent to the supplier, received in parts."""

from collections.abc import Mapping, Sequence
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
from inventory.currencies import convert_cost, rate_between
from inventory.errors import (
    DocumentChangedMeanwhile,
    FigureTooLarge,
    NothingGiven,
    NotStocked,
    RateNotNeeded,
    RateUnknown,
)
from inventory.models import (
    Product,
    PurchaseOrder,
    PurchaseOrderLine,
    Supplier,
    SupplierProduct,
    Warehouse,
)

from .once import earlier
from .places import require_open, require_place

Status = PurchaseOrder.Status
LOGGED = 20  # lines that the log's entry names
UNDER_WAY = (Status.ORDERED, Status.PARTIAL)  # the supplier owes something
OPEN = (Status.DRAFT, *UNDER_WAY)  # something may still come
_COST = Decimal("0.001")  # what costs of an order are rounded to
# What the columns hold, each in units before the point.
_MOST_QUANTITY, _MOST_COST, _MOST_TOTAL = (Decimal(10) ** digits for digits in (11, 12, 13))


@dataclass(frozen=True, kw_only=True)
class PurchaseLine:
    """So much of a product at a cost in the order's currency, before tax.

    None takes the cost that the draft has already, else what the supplier asks, else the standard
    cost.
    """

    product: Product
    quantity: Decimal
    unit_cost: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class PricedLine:
    """A line whose cost is known, in the order's currency."""

    product: Product
    quantity: Decimal
    unit_cost: Decimal


@dataclass(frozen=True, kw_only=True)
class PurchaseDraft:
    """What a purchase order says.

    `exchange_rate`: one unit of its currency in the branch's; None takes the company's rate of today.
    """

    supplier: Supplier
    warehouse: Warehouse
    lines: Sequence[PurchaseLine]
    currency: str
    exchange_rate: Decimal | None = None
    expected_on: date | None = None
    note: str = ""


@transaction.atomic
def create_purchase(draft: PurchaseDraft, *, request_id: UUID, actor: User) -> PurchaseOrder:
    """Write a draft with the next number of the branch.

    Errors: NotYourWarehouse, WarehouseClosed, NothingGiven, NotStocked, FigureTooLarge,
    RateUnknown, RateNotNeeded.
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
    before, known = _words(locked), _known_costs(locked, draft)
    locked.version += 1
    locked.lines.all().delete()
    _write(locked, draft, known)
    changes = {
        "lines": [before, _words(locked)],
        "version": [locked.version - 1, locked.version],
    }
    record(actor, "purchase.changed", locked, changes=changes)
    announce_purchase(locked)
    return locked


@transaction.atomic
def order_purchase(order: PurchaseOrder, *, actor: User) -> PurchaseOrder:
    """Send a draft on its way; without a date it is expected after the supplier's lead time.

    Ordering what is ordered already changes nothing. Errors: NotYourWarehouse, WarehouseClosed,
    DocumentChangedMeanwhile.
    """
    locked = locked_purchase(order)
    require_place(actor, locked.warehouse, permissions.CHANGE_PURCHASE)
    if locked.status in (Status.ORDERED, Status.PARTIAL, Status.RECEIVED):
        return locked
    if locked.status != Status.DRAFT:
        raise DocumentChangedMeanwhile
    require_open(locked.warehouse)
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


def _check_size(lines: Sequence[PricedLine], exchange_rate: Decimal) -> None:
    """Refuse what the order, or the stock at its cost, could not hold. Errors: FigureTooLarge."""
    is_within = all(
        line.quantity < _MOST_QUANTITY and line.unit_cost * exchange_rate < _MOST_COST
        for line in lines
    )
    if not is_within or sum(line.quantity * line.unit_cost for line in lines) >= _MOST_TOTAL:
        raise FigureTooLarge(field="lines")


def _write(
    order: PurchaseOrder, draft: PurchaseDraft, known: Mapping[int, Decimal] | None = None
) -> None:
    """Write order and lines; lines of the same product become one at their average cost."""
    merged, rate = _merged(_priced(draft, known or {})), _rate(draft)
    _check_size(merged, rate)
    if rate != 1 and draft.currency == draft.warehouse.branch.currency:
        raise RateNotNeeded(field="exchange_rate")
    order.supplier, order.warehouse = draft.supplier, draft.warehouse
    order.currency, order.exchange_rate = draft.currency, rate
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


def _rate(draft: PurchaseDraft) -> Decimal:
    of, to = draft.currency, draft.warehouse.branch.currency
    if draft.exchange_rate is None:
        try:
            return rate_between(of, to)
        except RateUnknown as error:
            error.field = "exchange_rate"
            raise
    return draft.exchange_rate


def _words(order: PurchaseOrder) -> str:
    """What the log keeps: no costs, which not every reader of the log may see."""
    rows = order.lines.order_by("pk").values_list("product__sku", "quantity")[:LOGGED]
    return ", ".join(f"{sku} × {quantity.normalize():f}" for sku, quantity in rows)


def _known_costs(order: PurchaseOrder, draft: PurchaseDraft) -> dict[int, Decimal]:
    """What a draft says already, as long as it stays in its currency."""
    if order.currency != draft.currency:
        return {}
    return dict(order.lines.values_list("product_id", "unit_cost"))


def _priced(draft: PurchaseDraft, known: Mapping[int, Decimal]) -> list[PricedLine]:
    """Give each line its cost, in the order's currency. Errors: RateUnknown."""
    lines = [line for line in draft.lines if line.quantity > 0]
    missing = {line.product.pk for line in lines if line.unit_cost is None} - known.keys()
    offers = SupplierProduct.objects.filter(supplier=draft.supplier, product__in=missing)
    asked = dict(offers.values_list("product_id", "price")) if missing else {}
    return [
        PricedLine(
            product=line.product,
            quantity=line.quantity,
            unit_cost=_cost(line, draft, known, asked)
            if line.unit_cost is None
            else line.unit_cost,
        )
        for line in lines
    ]


def _cost(
    line: PurchaseLine,
    draft: PurchaseDraft,
    known: Mapping[int, Decimal],
    asked: Mapping[int, Decimal],
) -> Decimal:
    product = line.product
    if product.pk in known:
        return known[product.pk]
    cost, of = asked.get(product.pk), draft.supplier.currency
    if cost is None:
        cost, of = product.cost, product.currency
    return convert_cost(cost, of=of, to=draft.currency).quantize(_COST, ROUND_HALF_UP)


def _merged(lines: Sequence[PricedLine]) -> list[PricedLine]:
    found: dict[Any, PricedLine] = {}
    for line in lines:
        known = found.get(line.product.pk)
        found[line.product.pk] = _joined(known, line) if known else line
    return list(found.values())


def _joined(one: PricedLine, other: PricedLine) -> PricedLine:
    quantity = one.quantity + other.quantity
    amount = one.quantity * one.unit_cost + other.quantity * other.unit_cost
    cost = (amount / quantity).quantize(_COST, ROUND_HALF_UP)
    return PricedLine(product=one.product, quantity=quantity, unit_cost=cost)

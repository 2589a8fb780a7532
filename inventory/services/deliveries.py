"""What a supplier delivers: a purchase order received whole or in parts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from inventory import permissions
from inventory.errors import DocumentChangedMeanwhile, MoreThanExpected, NothingGiven
from inventory.models import PurchaseOrder, PurchaseOrderLine, PurchaseReceipt, StockMovement

from .lots import arriving_lot
from .once import earlier
from .places import require_place
from .purchases import Status, locked_purchase, step_purchase
from .stock import Move, move_stock

_COST = Decimal("0.000001")


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """So much of an order's line; a tracked product names its lot, a serial each piece."""

    line_id: int
    quantity: Decimal
    lot_number: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One delivery; `request_id` makes a double submit one. `reference`: the supplier's note."""

    items: Sequence[Delivered]
    request_id: UUID
    reference: str = ""


@transaction.atomic
def receive_purchase(order: PurchaseOrder, delivery: Delivery, *, actor: User) -> PurchaseReceipt:
    """Put a delivery into the warehouse at the order's cost in the branch's currency.

    Errors: NotYourWarehouse, DocumentChangedMeanwhile unless it is ordered, NothingGiven,
    MoreThanExpected, LotNeeded, SerialTaken.
    """
    locked = locked_purchase(order)
    require_place(actor, locked.warehouse, permissions.MOVE_STOCK)
    if known := earlier(PurchaseReceipt, delivery.request_id):
        return known  # type: ignore[no-any-return]
    if locked.status not in (Status.ORDERED, Status.PARTIAL):
        raise DocumentChangedMeanwhile
    lines = {line.pk: line for line in locked.lines.select_related("product")}
    items = [item for item in delivery.items if item.quantity > 0]
    _count_in(items, lines)
    receipt = PurchaseReceipt.objects.create(
        order=locked,
        actor=actor,
        request_id=delivery.request_id,
        reference=delivery.reference,
    )
    moves = [
        _move(locked, receipt, lines[item.line_id], item, number)
        for number, item in enumerate(items)
    ]
    move_stock(moves, actor=actor)
    PurchaseOrderLine.objects.bulk_update(lines.values(), ["received"])
    is_complete = all(line.received == line.quantity for line in lines.values())
    locked.received_at = timezone.now() if is_complete else None
    status = Status.RECEIVED if is_complete else Status.PARTIAL
    verb = "purchase.received" if is_complete else "purchase.partly_received"
    step_purchase(locked, status, verb, actor)
    return receipt


def _count_in(items: list[Delivered], lines: dict[int, PurchaseOrderLine]) -> None:
    """Add what came to the lines; more than was ordered is refused."""
    if not items:
        raise NothingGiven
    sums: dict[int, Decimal] = defaultdict(Decimal)
    for item in items:
        sums[item.line_id] += item.quantity
    for line_id, quantity in sums.items():
        line = lines.get(line_id)
        if line is None or line.received + quantity > line.quantity:
            raise MoreThanExpected
        line.received += quantity


def _move(
    order: PurchaseOrder,
    receipt: PurchaseReceipt,
    line: PurchaseOrderLine,
    item: Delivered,
    number: int,
) -> Move:
    lot = arriving_lot(line.product, item.lot_number, item.expires_on)
    cost = (line.unit_cost * order.exchange_rate).quantize(_COST, ROUND_HALF_UP)
    return Move(
        kind=StockMovement.Kind.RECEIPT,
        product_id=line.product_id,
        warehouse_id=order.warehouse_id,
        quantity=item.quantity,
        unit_cost=cost,
        lot_id=lot.pk if lot else None,
        source=f"receipt:{receipt.pk}:{number}",
        reference=order.number,
        url=order.get_absolute_url(),
        note=receipt.reference,
    )

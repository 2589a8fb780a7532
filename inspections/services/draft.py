"""From what was measured to a draft order."""

from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.services import record
from inspections.checklist import Kind, Line, lines_of
from inspections.errors import NothingMeasured, WrongState
from inspections.models import Inspection
from orders.models import Order
from orders.services import LineInput, OrderInput, write_quote

from .doors import Status, tell_pages, tell_timeline

_STEP = Decimal("0.001")


def quantity_of(line: Line) -> Decimal:
    """Return how much of its product a line orders; 0 for nothing.

    A measurement: max(0, value − included) × per_unit; a "yes": per_unit. Three decimals, half up.
    """
    item = line.item
    if item.kind == Kind.NUMBER and line.number is not None:
        amount = max(Decimal(0), line.number - item.included) * item.per_unit
    elif item.kind == Kind.YES_NO and line.text == "yes":
        amount = item.per_unit
    else:
        return Decimal(0)
    return max(Decimal(0), amount.quantize(_STEP, ROUND_HALF_UP))


def measured_lines(inspection: Inspection) -> list[LineInput]:
    """Return the items of the draft order: one for each product, in the checklist's order."""
    amounts: dict[int, Decimal] = {}
    for line in lines_of(inspection):
        if line.item.product_id and (amount := quantity_of(line)):
            known = amounts.get(line.item.product_id, Decimal(0))
            amounts[line.item.product_id] = known + amount
    return [LineInput(product_id=pk, quantity=amount) for pk, amount in amounts.items()]


@transaction.atomic
def make_draft_order(
    inspection: Inspection, *, actor: User, request_id: UUID | None = None
) -> Order:
    """Write a quote with what was measured; a second call answers with the first quote.

    Errors: WrongState before completion, NothingMeasured, and those of orders' write_quote.
    """
    locked = Inspection.objects.select_for_update().get(pk=inspection.pk)
    if locked.draft_order is not None:
        return locked.draft_order
    if locked.status != Status.COMPLETED:
        raise WrongState
    lines = measured_lines(locked)
    if not lines:
        raise NothingMeasured
    wanted = OrderInput(
        customer=locked.customer,
        branch=locked.branch,
        lines=tuple(lines),
        channel=Order.Channel.INSPECTION,
        delivery_address=locked.address,
        note=locked.number,
    )
    order = write_quote(wanted, actor=actor, request_id=request_id)
    locked.draft_order = order
    locked.save(update_fields=["draft_order"])
    inspection.draft_order = order
    record(actor, "inspection.drafted", locked, changes={"order": [None, order.number]})
    tell_timeline(locked, "inspection.drafted", source=str(order.pk), actor=actor)
    tell_pages(locked)
    return order

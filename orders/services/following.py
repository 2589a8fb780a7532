"""What happens to an order on its way: steps, a new owner, another promise, its cancellation."""

from datetime import date

from django.db import transaction

from accounts.models import User
from inventory.services import release_stock
from orders.errors import (
    GoodsAreOut,
    OrderChangedMeanwhile,
    ReasonNeeded,
    StillPaid,
    WrongState,
)
from orders.models import Order, OrderLine

from .confirming import reservation_of
from .journal import lock_order, log, save_order, take_step
from .quotes import check_can_own, tell_owner
from .serving import serve
from .states import FINISHED, check_step


@transaction.atomic
def advance_order(
    order: Order, to_status: str, *, actor: User | None, note: str = "", version: int | None = None
) -> Order:
    """Take a step that needs nothing but a word: into work, ready, installed, closed.

    An order of services alone is delivered this way too. Twice is once.
    Errors: WrongState, NotAllowedHere, OrderChangedMeanwhile; of services RateMissing.
    """
    locked = lock_order(order)
    if locked.status == to_status and version in (None, locked.version - 1):
        return locked
    if version is not None and version != locked.version:
        raise OrderChangedMeanwhile
    step = check_step(locked, door="advance", actor=actor, to=to_status)
    if step.is_for_services:
        lines = list(locked.lines.select_related("product"))
        if any(line.warehouse_id for line in lines):
            raise WrongState
        serve(locked, lines)
        OrderLine.objects.bulk_update(lines, ["shipped", "cost"])
    take_step(locked, to_status, actor=actor, note=note)
    return locked


@transaction.atomic
def cancel_order(
    order: Order, reason: str, *, actor: User | None, version: int | None = None
) -> Order:
    """End an order of which nothing is with the customer; its stock is free again. Twice is once.

    Errors: WrongState, NotAllowedHere, OrderChangedMeanwhile, ReasonNeeded, StillPaid,
    GoodsAreOut.
    """
    locked = lock_order(order)
    if locked.status == Order.Status.CANCELLED and version in (None, locked.version - 1):
        return locked
    if version is not None and version != locked.version:
        raise OrderChangedMeanwhile
    check_step(locked, door="cancel", actor=actor)
    if not reason.strip():
        raise ReasonNeeded(field="reason")
    if locked.paid > 0:
        raise StillPaid
    lines = list(locked.lines.all())
    if any(line.shipped > line.returned for line in lines):
        raise GoodsAreOut
    was_promised = not locked.is_editable
    columns = {"cancel_reason": reason.strip()[:300]}
    take_step(locked, Order.Status.CANCELLED, actor=actor, note=reason.strip(), **columns)
    if was_promised:
        release_stock([reservation_of(line) for line in lines if line.warehouse_id])
    return locked


@transaction.atomic
def assign_order(
    order: Order, owner: User, *, actor: User | None, version: int | None = None
) -> Order:
    """Hand the order to a colleague, who is told. Twice is once.

    Errors: CannotTakeOrders, OrderChangedMeanwhile, WrongState when it is over.
    """
    locked = lock_order(order)
    if locked.owner_id == owner.pk:
        return locked
    if version is not None and version != locked.version:
        raise OrderChangedMeanwhile
    if locked.status in FINISHED:
        raise WrongState
    check_can_own(owner, locked.branch_id)
    before = locked.owner
    save_order(locked, owner=owner)
    log(locked, "order.assigned", actor=actor, changes={"owner": [before, owner]})
    if owner != actor:
        tell_owner(locked, owner)
    return locked


@transaction.atomic
def set_promised_date(
    order: Order, promised_on: date | None, *, actor: User | None, version: int | None = None
) -> Order:
    """Promise the order for another day, or for none. Twice is once.

    Errors: OrderChangedMeanwhile, WrongState when it is delivered or over.
    """
    locked = lock_order(order)
    if locked.promised_on == promised_on:
        return locked
    if version is not None and version != locked.version:
        raise OrderChangedMeanwhile
    if not (locked.is_editable or locked.status in Order.UNDER_WAY):
        raise WrongState
    changes = {"promised_on": [locked.promised_on, promised_on]}
    save_order(locked, promised_on=promised_on)
    log(locked, "order.promised", actor=actor, changes=changes)
    return locked

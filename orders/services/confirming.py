"""From quote to promise: confirming reserves the stock of every line, or nothing happens."""

from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from crm_project.kit.events import publish
from inventory.services import Want, reserve_stock
from orders.errors import (
    InspectionMissing,
    ItemKindChanged,
    OrderChangedMeanwhile,
    WrongState,
)
from orders.events import OrderConfirmed
from orders.models import Order, OrderLine

from .journal import lock_order, log, save_order, take_step
from .quotes import refuse_blocked
from .states import check_step

RESERVED_FOR = "order_line:"


def reservation_of(line: OrderLine) -> str:
    """Return the source of a line's reservation, as stock knows it."""
    return f"{RESERVED_FOR}{line.pk}"


@transaction.atomic
def confirm_order(order: Order, *, actor: User | None, version: int | None = None) -> Order:
    """Make the quote a promise: all its stock is reserved, or it stays a quote.

    Exactly once: a repeated call (double click, a retry with the version of the first one) answers
    with the confirmed order. The stock comes last, so that its rows are locked for a moment only.
    Errors: WrongState, OrderChangedMeanwhile, NotAllowedHere, InspectionMissing,
    CustomerIsBlocked, ItemKindChanged, InsufficientStock, WarehouseClosed.
    """
    locked = lock_order(order)
    if locked.status == Order.Status.CONFIRMED and version in (None, locked.version - 1):
        return locked
    if not locked.is_editable:
        raise WrongState
    if version is not None and version != locked.version:
        raise OrderChangedMeanwhile
    check_step(locked, door="confirm", actor=actor)
    if locked.requires_inspection and locked.inspection_cleared_at is None:
        raise InspectionMissing
    refuse_blocked(locked.customer)
    take_step(locked, Order.Status.CONFIRMED, actor=actor, confirmed_at=timezone.now())
    publish(OrderConfirmed(order_id=locked.pk))
    wants = _wants(locked)
    if wants:
        url = locked.get_absolute_url()
        reserve_stock(wants, reference=locked.number, url=url, actor=actor)
    return locked


def _wants(order: Order) -> list[Want]:
    with connection.cursor() as cursor:
        cursor.execute(LINES, [order.pk])
        lines = cursor.fetchall()
    if any(is_stocked != (place is not None) for *_rest, place, _n, is_stocked in lines):
        raise ItemKindChanged
    return [
        Want(
            product_id=product,
            warehouse_id=place,
            quantity=quantity,
            source=f"{RESERVED_FOR}{pk}",
        )
        for pk, product, place, quantity, _is_stocked in lines
        if place is not None  # services have none
    ]


LINES = """
SELECT line.id, line.product_id, line.warehouse_id, line.quantity, product.kind = 'stocked'
FROM orders_orderline AS line JOIN inventory_product AS product ON product.id = line.product_id
WHERE line.order_id = %s ORDER BY line.position, line.id
"""


@transaction.atomic
def clear_inspection(order: Order, *, actor: User | None, at: datetime | None = None) -> Order:
    """Note that the inspection which the order demands is completed. Twice is once."""
    locked = lock_order(order)
    if locked.inspection_cleared_at is not None:
        return locked
    moment = at or timezone.now()
    save_order(locked, inspection_cleared_at=moment)
    changes = {"inspection_cleared_at": ["", moment.isoformat(timespec="seconds")]}
    log(locked, "order.inspected", actor=actor, changes=changes)
    return locked

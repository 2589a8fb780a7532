"""Goods leave: a shipment issues the stock that its order had reserved, exactly once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.services.numbers import next_in_series
from inventory.errors import FigureTooLarge, NotStocked
from inventory.models import StockMovement
from inventory.services import Move, move_stock
from orders.errors import (
    BadFigure,
    LineTwice,
    NotAllowedHere,
    ShipsTooMuch,
    UnknownLine,
    WrongState,
)
from orders.models import Order, OrderLine, Shipment, ShipmentLine
from orders.permissions import SHIP

from .confirming import reservation_of
from .inputs import NewShipment, ParcelLine
from .journal import add_line, lock_order, log, save_order, take_step
from .serving import MOST_COST, serve
from .states import check_step, reaches

_MILLI = Decimal("0.001")


def ship_order(order: Order, new: NewShipment, *, actor: User | None, request_id: UUID) -> Shipment:
    """Send goods of the order; the same request id answers with the first shipment.

    The order is shipped once all that lies in stock has left; its services count as delivered
    along. Until then it keeps its state.
    Errors: WrongState, NotAllowedHere; UnknownLine, LineTwice, BadFigure, ShipsTooMuch (field
    "lines.<n>.<name>"); of stock LotNeeded, UnknownLot, InsufficientStock, NotStocked, FigureTooLarge.
    """
    if known := Shipment.objects.filter(request_id=request_id).first():
        return known
    try:
        return _ship(order, new, actor, request_id)
    except IntegrityError:
        if known := Shipment.objects.filter(request_id=request_id).first():
            return known
        raise


@transaction.atomic
def _ship(order: Order, new: NewShipment, actor: User | None, request_id: UUID) -> Shipment:
    locked = lock_order(order)
    if known := Shipment.objects.filter(request_id=request_id).first():
        return known
    check_step(locked, door="ship", actor=actor)
    lines = {line.pk: line for line in locked.lines.select_related("product")}
    parcels = _all_left(lines.values()) if new.lines is None else list(new.lines)
    leaving = _check(parcels, lines)
    (number,) = next_in_series("delivery", locked.branch)
    shipment = Shipment.objects.create(
        order=locked,
        number=number,
        carrier=new.carrier,
        tracking=new.tracking,
        tracking_url=new.tracking_url,
        address=new.address or locked.delivery_address,
        request_id=request_id,
        actor=actor,
    )
    ShipmentLine.objects.bulk_create(
        ShipmentLine(
            shipment=shipment, line_id=part.line_id, lot_id=part.lot_id, quantity=part.quantity
        )
        for part in parcels
    )
    _issue(shipment, parcels, lines, actor)
    for pk, quantity in leaving.items():
        lines[pk].shipped += quantity
    _settle(locked, shipment, list(lines.values()), actor)
    return shipment


def _all_left(lines: Iterable[OrderLine]) -> list[ParcelLine]:
    left = [(line, line.quantity - line.shipped) for line in lines if line.warehouse_id]
    return [ParcelLine(line_id=line.pk, quantity=rest) for line, rest in left if rest > 0]


def _check(parcels: Sequence[ParcelLine], lines: dict[int, OrderLine]) -> dict[int, Decimal]:
    """Return how much of each line leaves."""
    if not parcels:
        raise BadFigure(field="lines")
    leaving: dict[int, Decimal] = defaultdict(Decimal)
    seen: set[tuple[int, int | None]] = set()
    for place, part in enumerate(parcels):
        line = lines.get(part.line_id)
        if line is None:
            raise UnknownLine(field=f"lines.{place}.line")
        if (part.line_id, part.lot_id) in seen:
            raise LineTwice(field=f"lines.{place}.line")
        if line.warehouse_id is None:
            raise NotStocked(field=f"lines.{place}.line")
        check_quantity(part.quantity, f"lines.{place}.quantity")
        seen.add((part.line_id, part.lot_id))
        leaving[part.line_id] += part.quantity
        if lines[part.line_id].shipped + leaving[part.line_id] > line.quantity:
            raise ShipsTooMuch(field=f"lines.{place}.quantity")
    return leaving


def check_quantity(quantity: Decimal, field: str) -> None:
    """Refuse what is no positive number of at most three decimals. Errors: BadFigure."""
    if not quantity.is_finite() or not 0 < quantity < Decimal(10) ** 11:
        raise BadFigure(field=field)
    if quantity != quantity.quantize(_MILLI):
        raise BadFigure(field=field)


def _issue(
    shipment: Shipment,
    parcels: Sequence[ParcelLine],
    lines: dict[int, OrderLine],
    actor: User | None,
) -> None:
    """Take the goods out of stock and note on their lines what they had cost."""
    moves = {
        _source(shipment, part): Move(
            kind=StockMovement.Kind.ISSUE,
            product_id=lines[part.line_id].product_id,
            warehouse_id=lines[part.line_id].warehouse_id or 0,
            quantity=-part.quantity,
            lot_id=part.lot_id,
            source=_source(shipment, part),
            settles=reservation_of(lines[part.line_id]),
            reference=shipment.number,
            url=shipment.order.get_absolute_url(),
        )
        for part in parcels
    }
    line_of = {_source(shipment, part): lines[part.line_id] for part in parcels}
    for movement in move_stock(list(moves.values()), actor=actor):
        line_of[movement.source].cost += -movement.quantity * (movement.unit_cost or 0)
    if any(line.cost >= MOST_COST for line in line_of.values()):
        raise FigureTooLarge(field="lines")


def _source(shipment: Shipment, part: ParcelLine) -> str:
    lot = f":lot:{part.lot_id}" if part.lot_id else ""
    return f"order_line:{part.line_id}:shipment:{shipment.pk}{lot}"


def _settle(order: Order, shipment: Shipment, lines: list[OrderLine], actor: User | None) -> None:
    """Write the lines, and move the order on when nothing is left to send."""
    is_complete = all(line.shipped == line.quantity for line in lines if line.warehouse_id)
    if is_complete:
        serve(order, lines)  # with the last goods
    OrderLine.objects.bulk_update(lines, ["shipped", "cost"])
    if is_complete:
        take_step(order, Order.Status.SHIPPED, actor=actor, note=shipment.number)
    else:
        save_order(order)
        log(order, "order.part_shipped", actor=actor, changes={"shipment": ["", shipment.number]})
        source = f"shipment:{shipment.pk}"
        add_line(order, "order.part_shipped", source, actor=actor, text=shipment.number)


def mark_delivered(shipment: Shipment, *, actor: User | None, received_by: str = "") -> Order:
    """The goods are with the customer; the order is delivered when its last shipment is."""
    return move_shipment(
        shipment, to=Shipment.Status.DELIVERED, actor=actor, received_by=received_by
    )


@transaction.atomic
def move_shipment(
    shipment: Shipment, *, to: str, actor: User | None, received_by: str = ""
) -> Order:
    """Note where a shipment is: out for delivery, failed, delivered. Twice is once.

    Errors: WrongState once it is delivered, NotAllowedHere.
    """
    order = lock_order(shipment.order)
    if actor is not None and not reaches(actor, SHIP, order):
        raise NotAllowedHere
    now = Shipment.objects.select_for_update().get(pk=shipment.pk)
    if now.status == to:
        return order
    if now.status == Shipment.Status.DELIVERED:
        raise WrongState
    before, now.status = now.status, to
    if to == Shipment.Status.DELIVERED:
        now.delivered_at, now.received_by = timezone.now(), received_by[:120]
    now.save(update_fields=["status", "delivered_at", "received_by"])
    log(order, "order.shipment_moved", actor=actor, changes={now.number: [before, to]})
    is_all = not order.shipments.exclude(status=Shipment.Status.DELIVERED).exists()
    if is_all and order.status == Order.Status.SHIPPED:
        take_step(order, Order.Status.DELIVERED, actor=actor, note=received_by)
    return order

"""Transfers between warehouses: out when sent, in when received, in transit between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from accounts.models import User
from accounts.services import record
from accounts.services.numbers import next_numbers
from crm_project.kit.live import branch_group, tell_once
from inventory import permissions
from inventory.currencies import convert_cost
from inventory.errors import DocumentChangedMeanwhile, MoreThanExpected, NothingGiven, NotStocked
from inventory.models import Product, StockMovement, Transfer, TransferLine, Warehouse

from .direct import Entry
from .lots import known_lot
from .once import earlier
from .places import require_open, require_place
from .stock import Move, move_stock

Status = Transfer.Status


@dataclass(frozen=True, kw_only=True)
class NewTransfer:
    """A transfer to be made; `request_id` makes a double submit one."""

    origin: Warehouse
    destination: Warehouse
    entries: Sequence[Entry]
    request_id: UUID
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """What arrived: line id → quantity."""

    request_id: UUID
    quantities: Mapping[int, Decimal] = field(default_factory=dict)


@transaction.atomic
def create_transfer(new: NewTransfer, *, actor: User) -> Transfer:
    """Write a draft; nothing moves yet.

    Errors: NotYourWarehouse, WarehouseClosed, NothingGiven, NotStocked, LotNeeded, UnknownLot.
    """
    require_place(actor, new.origin, permissions.MOVE_STOCK)
    if known := earlier(Transfer, new.request_id):
        return known  # type: ignore[no-any-return]
    require_open(new.origin, new.destination)
    entries = [entry for entry in new.entries if entry.quantity > 0]
    if not entries or new.origin.pk == new.destination.pk:
        raise NothingGiven
    if any(not entry.product.is_stocked for entry in entries):
        raise NotStocked
    transfer = Transfer.objects.create(
        number=f"T-{next_numbers('inventory_transfer_seq')[0]:05}",
        origin=new.origin,
        destination=new.destination,
        note=new.note,
        created_by=actor,
        request_id=new.request_id,
    )
    TransferLine.objects.bulk_create(
        TransferLine(
            transfer=transfer,
            product=entry.product,
            lot=known_lot(entry.product, entry.lot_number),
            quantity=entry.quantity,
        )
        for entry in entries
    )
    record(actor, "transfer.created", transfer)
    _announce(transfer)
    return transfer


@transaction.atomic
def send_transfer(transfer: Transfer, *, actor: User) -> Transfer:
    """Take everything out of the origin at its moving average; it is in transit now.

    What it costs in the destination's currency is settled now, at the company's rate of today.
    Sending what is sent already changes nothing. Errors: NotYourWarehouse, InsufficientStock,
    WarehouseClosed for its destination, DocumentChangedMeanwhile for one that was cancelled,
    RateUnknown between branches of different currencies.
    """
    locked = _locked(transfer)
    require_place(actor, locked.origin, permissions.MOVE_STOCK)
    if locked.status in (Status.SENT, Status.RECEIVED):
        return locked
    _expect(locked, Status.DRAFT)
    require_open(locked.destination)
    lines = {f"transfer:{line.pk}:out": line for line in locked.lines.all()}
    moves = [
        _move(locked, line, locked.origin_id, -line.quantity, source)
        for source, line in lines.items()
    ]
    for movement in move_stock(moves, actor=actor):
        line = lines[movement.source]
        line.unit_cost = movement.unit_cost
        line.arrival_cost = _arrival_cost(locked, movement.unit_cost)
    TransferLine.objects.bulk_update(lines.values(), ["unit_cost", "arrival_cost"])
    locked.sent_at = timezone.now()
    _step(locked, Status.SENT, "transfer.sent", actor)
    return locked


@transaction.atomic
def receive_transfer(transfer: Transfer, arrived: Arrived, *, actor: User) -> Transfer:
    """Put what arrived into the destination at the cost it left the origin at, in its currency.

    Errors: NotYourWarehouse, DocumentChangedMeanwhile, NothingGiven, MoreThanExpected, SerialTaken.
    """
    locked = _locked(transfer)
    require_place(actor, locked.destination, permissions.MOVE_STOCK)
    tag = f"in:{arrived.request_id.hex[:20]}"
    lines = list(locked.lines.select_related("product"))
    if _was_received(locked, lines, tag):
        return locked
    _expect(locked, Status.SENT)
    _take_in(locked, lines, arrived.quantities, tag, actor)
    is_complete = all(line.received == line.quantity for line in lines)
    locked.received_at = timezone.now() if is_complete else None
    new = Status.RECEIVED if is_complete else Status.SENT
    _step(locked, new, "transfer.received" if is_complete else "transfer.partly_received", actor)
    return locked


@transaction.atomic
def cancel_transfer(transfer: Transfer, *, actor: User) -> Transfer:
    """End a draft; what is still in transit goes back to the origin at its cost.

    After a part has arrived the transfer ends as received: that part stays where it is.
    Errors: NotYourWarehouse, DocumentChangedMeanwhile.
    """
    locked = _locked(transfer)
    require_place(actor, locked.origin, permissions.MOVE_STOCK)
    if locked.status == Status.CANCELLED:
        return locked
    _expect(locked, Status.DRAFT, Status.SENT)
    has_arrived = False
    if locked.status == Status.SENT:
        has_arrived = _send_back(locked, actor)
    locked.received_at = timezone.now() if has_arrived else None
    new = Status.RECEIVED if has_arrived else Status.CANCELLED
    _step(locked, new, "transfer.cancelled", actor)
    return locked


def in_transit_of(product: Product) -> dict[int, Decimal]:
    """Return what of a product is on its way, by the warehouse (id) that it goes to."""
    rows = (
        TransferLine.objects.filter(product=product, transfer__status=Status.SENT)
        .values("transfer__destination")
        .annotate(rest=Sum(F("quantity") - F("received")))
        .order_by()
    )
    return {row["transfer__destination"]: row["rest"] for row in rows}


def _take_in(
    transfer: Transfer,
    lines: list[TransferLine],
    quantities: Mapping[int, Decimal],
    tag: str,
    actor: User,
) -> None:
    arriving = [line for line in lines if quantities.get(line.pk, Decimal(0)) > 0]
    if not arriving:
        raise NothingGiven
    moves = []
    for line in arriving:
        quantity = quantities[line.pk]
        if line.received + quantity > line.quantity:
            raise MoreThanExpected
        source = f"transfer:{line.pk}:{tag}"
        moves.append(_move(transfer, line, transfer.destination_id, quantity, source))
        line.received += quantity
    move_stock(moves, actor=actor)
    TransferLine.objects.bulk_update(arriving, ["received"])


def _send_back(transfer: Transfer, actor: User) -> bool:
    """Return the rest to the origin; True when a part had arrived before."""
    lines = list(transfer.lines.select_related("product"))
    moves = [
        _move(
            transfer,
            line,
            transfer.origin_id,
            line.quantity - line.received,
            f"transfer:{line.pk}:back",
        )
        for line in lines
        if line.received < line.quantity
    ]
    move_stock(moves, actor=actor)
    return any(line.received for line in lines)


def _was_received(transfer: Transfer, lines: list[TransferLine], tag: str) -> bool:
    sources = [f"transfer:{line.pk}:{tag}" for line in lines]
    return StockMovement.objects.filter(
        inventory__warehouse=transfer.destination_id,
        inventory__product__in=[line.product_id for line in lines],
        source__in=sources,
    ).exists()


def _arrival_cost(transfer: Transfer, cost: Decimal | None) -> Decimal | None:
    if cost is None:
        return None
    ends = (transfer.origin, transfer.destination)
    of, to = (place.branch.currency for place in ends)
    return convert_cost(cost, of=of, to=to)


def _move(
    transfer: Transfer, line: TransferLine, warehouse_id: int, quantity: Decimal, source: str
) -> Move:
    return Move(
        kind=StockMovement.Kind.TRANSFER,
        product_id=line.product_id,
        warehouse_id=warehouse_id,
        quantity=quantity,
        unit_cost=_cost_at(transfer, line, warehouse_id) if quantity > 0 else None,
        lot_id=line.lot_id,
        source=source,
        reference=transfer.number,
        url=transfer.get_absolute_url(),
    )


def _cost_at(transfer: Transfer, line: TransferLine, warehouse_id: int) -> Decimal | None:
    """What a piece costs in the currency of the place at which it comes in."""
    comes_there = warehouse_id == transfer.destination_id and line.arrival_cost is not None
    return line.arrival_cost if comes_there else line.unit_cost


def _locked(transfer: Transfer) -> Transfer:
    rows = Transfer.objects.select_related("origin__branch", "destination__branch")
    return rows.select_for_update(of=("self",)).get(pk=transfer.pk)


def _expect(transfer: Transfer, *states: Status) -> None:
    if transfer.status not in states:
        raise DocumentChangedMeanwhile


def _step(transfer: Transfer, status: Status, verb: str, actor: User) -> None:
    before, transfer.status = transfer.status, status
    transfer.version += 1
    transfer.save(update_fields=["status", "sent_at", "received_at", "version"])
    record(actor, verb, transfer, changes={"status": [before, status.value]})
    _announce(transfer)


def _announce(transfer: Transfer) -> None:
    ends = {transfer.origin.branch_id, transfer.destination.branch_id}
    tell_once({branch_group(None), *map(branch_group, ends)}, "stock-changed")

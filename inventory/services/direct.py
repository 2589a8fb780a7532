"""Receiving, issuing and adjusting stock without a document, each with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.services import record
from crm_project.kit.locks import wait_for_turn
from inventory import permissions
from inventory.currencies import convert_cost
from inventory.errors import NothingGiven, NotStocked
from inventory.models import Inventory, Product, StockMovement, Warehouse

from .lots import arriving_lot, known_lot
from .places import require_place
from .stock import Move, lock_stock, move_stock

Kind = StockMovement.Kind
LOGGED = 20  # lines that the log's entry names


@dataclass(frozen=True, kw_only=True)
class Entry:
    """So much of a product; `unit_cost` in the warehouse's currency, only for what comes in."""

    product: Product
    quantity: Decimal
    lot_number: str = ""
    expires_on: date | None = None
    unit_cost: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What one submit moves in one warehouse. `request_id` makes a double submit one."""

    warehouse: Warehouse
    entries: Sequence[Entry]
    request_id: UUID
    reason: str = ""
    reference: str = ""


@transaction.atomic
def receive_stock(sheet: Sheet, *, actor: User) -> list[StockMovement]:
    """Let goods come in; without a cost they come at the product's standard cost.

    Errors: NotYourWarehouse, WarehouseClosed, NothingGiven, NotStocked, LotNeeded, SerialTaken,
    SerialInTransit, RateUnknown where that cost is in another currency than the warehouse's.
    """
    require_place(actor, sheet.warehouse, permissions.MOVE_STOCK)
    return _book(sheet, Kind.RECEIPT, actor=actor)


@transaction.atomic
def issue_stock(sheet: Sheet, *, actor: User) -> list[StockMovement]:
    """Let goods leave without an order.

    Errors: NotYourWarehouse, NothingGiven, NotStocked, InsufficientStock, LotNeeded, UnknownLot.
    """
    require_place(actor, sheet.warehouse, permissions.MOVE_STOCK)
    return _book(sheet, Kind.ISSUE, actor=actor)


@transaction.atomic
def adjust_stock(sheet: Sheet, *, actor: User) -> list[StockMovement]:
    """Correct what is on hand by the entries' quantities, more or less.

    Errors: as receive_stock() and issue_stock().
    """
    require_place(actor, sheet.warehouse, permissions.COUNT_STOCK)
    return _book(sheet, Kind.ADJUSTMENT, actor=actor)


def gain_cost(stock: Inventory, place: Warehouse) -> Decimal | None:
    """Return at what cost a surplus comes in at its place: None leaves it to the moving average.

    Errors: RateUnknown.
    """
    has_average = stock.on_hand > 0 or stock.average_cost > 0
    return None if has_average else standard_cost(stock.product, place)


def standard_cost(product: Product, warehouse: Warehouse) -> Decimal:
    """Return a product's standard cost in the currency of a warehouse. Errors: RateUnknown."""
    return convert_cost(product.cost, of=product.currency, to=warehouse.branch.currency)


def _book(sheet: Sheet, kind: Kind, *, actor: User) -> list[StockMovement]:
    wait_for_turn(f"stock:{sheet.request_id}")
    if known := _booked(sheet, kind):
        return known
    entries = [entry for entry in sheet.entries if entry.quantity != 0]
    if not entries:
        raise NothingGiven
    if any(not entry.product.is_stocked for entry in entries):
        raise NotStocked
    place = sheet.warehouse.pk
    stocks = lock_stock((entry.product.pk, place) for entry in entries)
    moves = [
        _move(entry, kind, sheet, number, stocks[entry.product.pk, place])
        for number, entry in enumerate(entries)
    ]
    written = move_stock(moves, actor=actor)
    record(actor, f"stock.{kind.value}", sheet.warehouse, changes=_words(sheet, entries))
    return written


def _move(entry: Entry, kind: Kind, sheet: Sheet, number: int, stock: Inventory) -> Move:
    quantity = -entry.quantity if kind == Kind.ISSUE else entry.quantity
    comes_in = quantity > 0
    lot = (
        arriving_lot(entry.product, entry.lot_number, entry.expires_on)
        if comes_in
        else known_lot(entry.product, entry.lot_number)
    )
    return Move(
        kind=kind,
        product_id=entry.product.pk,
        warehouse_id=sheet.warehouse.pk,
        quantity=quantity,
        unit_cost=_cost(entry, kind, stock, sheet.warehouse) if comes_in else None,
        lot_id=lot.pk if lot else None,
        source=_source(sheet, kind, number),
        reference=sheet.reference,
        note=sheet.reason,
    )


def _cost(entry: Entry, kind: Kind, stock: Inventory, place: Warehouse) -> Decimal | None:
    if entry.unit_cost is not None:
        return entry.unit_cost
    if kind == Kind.RECEIPT:
        return standard_cost(entry.product, place)
    return gain_cost(stock, place)


def _source(sheet: Sheet, kind: Kind, number: int) -> str:
    return f"{kind.value}:{sheet.request_id.hex}:{number}"


def _booked(sheet: Sheet, kind: Kind) -> list[StockMovement]:
    """The movements of an earlier submit with the same id."""
    sources = [_source(sheet, kind, number) for number in range(len(sheet.entries))]
    rows = StockMovement.objects.filter(
        inventory__warehouse=sheet.warehouse,
        inventory__product__in=[entry.product for entry in sheet.entries],
        source__in=sources,
    )
    return list(rows.order_by("pk"))


def _words(sheet: Sheet, entries: Sequence[Entry]) -> dict[str, object]:
    """What the log keeps: no costs, which not every reader of the log may see."""
    lines = [f"{entry.product.sku} × {entry.quantity.normalize():f}" for entry in entries[:LOGGED]]
    return {"lines": [None, lines], "reason": sheet.reason, "reference": sheet.reference}

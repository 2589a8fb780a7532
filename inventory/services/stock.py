"""Moving stock: the only code that writes movements; `reserving` promises what lies there.

Every function locks the stock it touches in one order (by id) before it writes, so that rivals
queue and never deadlock; the database's triggers and checks have the last word.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from crm_project.kit.live import branch_group, tell_once
from inventory.errors import (
    InsufficientStock,
    LotNeeded,
    NotStocked,
    SerialIsOnePiece,
    SerialTaken,
    UnknownLot,
)
from inventory.models import Inventory, LotStock, Product, Reservation, StockMovement

from .alerts import refresh_alerts
from .refusals import refusals_in_words, refuse_lot_shortage, refuse_shortage

Place = tuple[int, int]  # product id, warehouse id
FIRST_STOCKS = "inventory.first_stocks"


@dataclass(frozen=True, kw_only=True)
class Move:
    """One movement: `quantity` positive in, negative out; `unit_cost` only for what comes in.

    `source` names the cause, once per stock: "order_line:42:shipment:7". `settles` is the source
    of a reservation that this issue uses up by its quantity. `at` is given only for history that
    is brought in; otherwise it is now.
    """

    kind: StockMovement.Kind
    product_id: int
    warehouse_id: int
    quantity: Decimal
    source: str
    unit_cost: Decimal | None = None
    lot_id: int | None = None
    settles: str = ""
    reference: str = ""
    url: str = ""
    note: str = ""
    at: datetime | None = None


@transaction.atomic
def release_stock(sources: Iterable[str]) -> None:
    """Give back what is still promised to these purposes. Safe to run twice."""
    open_ones = Reservation.objects.open().filter(source__in=list(sources))
    places = list(open_ones.values_list("inventory__product_id", "inventory__warehouse_id"))
    stocks = lock_stock(places)
    open_ones.update(quantity=0)
    _announce(stocks.values())


@transaction.atomic
def move_stock(moves: Sequence[Move], *, actor: User | None) -> list[StockMovement]:
    """Write movements, each with its `unit_cost` filled in as the database had it.

    Errors: InsufficientStock where more would leave than is free (promises to others stay), or
    than a reservation holds; LotNeeded, UnknownLot for a lot of what has none, SerialTaken,
    SerialIsOnePiece, NotStocked, FigureTooLarge; IntegrityError for a source that was written already.
    """
    stocks = lock_stock((move.product_id, move.warehouse_id) for move in moves)
    _check_lots(moves, stocks)
    _settle(moves)
    for stock in Inventory.objects.filter(pk__in=[one.pk for one in stocks.values()]):
        stocks[stock.product_id, stock.warehouse_id].available = stock.available
    _check_leaving(moves, stocks)
    ordered = sorted(moves, key=lambda move: stocks[move.product_id, move.warehouse_id].pk)
    written = _write(
        [
            StockMovement(
                inventory=stocks[move.product_id, move.warehouse_id],
                kind=move.kind,
                quantity=move.quantity,
                unit_cost=move.unit_cost,
                lot_id=move.lot_id,
                source=move.source,
                reference=move.reference,
                url=move.url,
                note=move.note,
                actor=actor,
                at=move.at or timezone.now(),
            )
            for move in ordered
        ]
    )
    _read_costs(written)
    _announce(stocks.values())
    return written


def lock_stock(places: Iterable[Place]) -> dict[Place, Inventory]:
    """Return the stock of these places, made where missing, locked in the order of their ids."""
    wanted = set(places)
    make_missing(wanted)
    rows = (
        Inventory.objects.filter(
            product_id__in={product for product, _warehouse in wanted},
            warehouse_id__in={warehouse for _product, warehouse in wanted},
        )
        .select_related("product", "warehouse")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    found = {(row.product_id, row.warehouse_id): row for row in rows}
    return {place: found[place] for place in wanted}


def make_missing(places: Iterable[Place]) -> None:
    """Make the stock of places that have none yet, at zero. Errors: NotStocked for a service."""
    wanted = set(places)
    known = set(
        Inventory.objects.filter(product_id__in={product for product, _w in wanted}).values_list(
            "product_id", "warehouse_id"
        )
    )
    missing = sorted(wanted - known)
    if not missing:
        return
    with connection.cursor() as cursor:  # together with others who do the same
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext(%s))", [FIRST_STOCKS])
    products = Product.objects.in_bulk({product for product, _w in missing})
    for product_id, _warehouse in missing:
        if not products[product_id].is_stocked:
            raise NotStocked
    Inventory.objects.bulk_create(
        [Inventory(product_id=product, warehouse_id=warehouse) for product, warehouse in missing],
        ignore_conflicts=True,
    )


def wait_for_first_stocks() -> None:
    """Wait for all who make the first stock of a product; until the transaction ends they wait.

    A new row of stock takes over from its product how that is sold and tracked, and the foreign key
    locks the product at commit only: whoever changes the product has to hold this.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [FIRST_STOCKS])


def _check_leaving(moves: Sequence[Move], stocks: dict[Place, Inventory]) -> None:
    net: dict[Place, Decimal] = defaultdict(Decimal)
    for move in moves:
        net[move.product_id, move.warehouse_id] += move.quantity
    for place, change in net.items():
        if change < 0:
            refuse_shortage(stocks[place], -change)


def _settle(moves: Sequence[Move]) -> None:
    """Use the reservations up; what was promised is free again for the movement that follows."""
    settled: dict[str, Decimal] = defaultdict(Decimal)
    for move in moves:
        if move.settles:
            settled[move.settles] -= move.quantity
    if not settled:
        return
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, [list(settled), list(settled.values())])
        if cursor.rowcount != len(settled):
            raise InsufficientStock(_("More would leave than was reserved."))


SETTLE = """
UPDATE inventory_reservation AS reservation SET quantity = reservation.quantity - used.quantity
FROM unnest(%s::text[], %s::numeric[]) AS used (source, quantity)
WHERE reservation.source = used.source AND reservation.quantity >= used.quantity
"""


def _check_lots(moves: Sequence[Move], stocks: dict[Place, Inventory]) -> None:
    tracked: list[Move] = []
    for move in moves:
        if stocks[move.product_id, move.warehouse_id].product.tracking != Product.Tracking.NONE:
            tracked.append(move)
        elif move.lot_id:
            raise UnknownLot
    if not tracked:
        return
    lots = {move.lot_id for move in tracked if move.lot_id}
    if any(move.lot_id is None for move in tracked):
        raise LotNeeded
    in_stock = {
        (lot, inventory): (on_hand, is_serial)
        for lot, inventory, on_hand, is_serial in LotStock.objects.filter(
            lot_id__in=lots, on_hand__gt=0
        ).values_list("lot_id", "inventory_id", "on_hand", "is_serial")
    }
    serials_here = {lot for (lot, _inventory), (_n, is_serial) in in_stock.items() if is_serial}
    for move in tracked:
        stock = stocks[move.product_id, move.warehouse_id]
        on_hand, _serial = in_stock.get((move.lot_id or 0, stock.pk), (Decimal(0), False))
        refuse_lot_shortage(stock, move.lot_id, on_hand=on_hand, quantity=-move.quantity)
        is_serial = stock.product.tracking == Product.Tracking.SERIAL
        if is_serial and move.quantity < 0 and move.quantity != -1:
            raise SerialIsOnePiece
        if is_serial and move.quantity > 0 and (move.quantity != 1 or move.lot_id in serials_here):
            raise SerialTaken


def _write(movements: list[StockMovement]) -> list[StockMovement]:
    with refusals_in_words():
        return StockMovement.objects.bulk_create(movements)


def _read_costs(written: list[StockMovement]) -> None:
    """Take over what the trigger filled in."""
    rows = StockMovement.objects.in_bulk([movement.pk for movement in written])
    for movement in written:
        movement.unit_cost = rows[movement.pk].unit_cost
        movement.on_hand_after = rows[movement.pk].on_hand_after


def _announce(stocks: Iterable[Inventory]) -> None:
    touched = list(stocks)
    refresh_alerts([stock.pk for stock in touched])
    tell_changed({stock.warehouse.branch_id for stock in touched})


def tell_changed(branches: set[int | None]) -> None:
    """Refresh the open pages about stock of these branches, and of the company."""
    tell_once({branch_group(None), *map(branch_group, branches)}, "stock-changed")

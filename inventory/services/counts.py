"""Stock counts: what was expected and what is there, product by product.

A line compares with the stock of the moment in which it was counted, so goods that move before and
after it do not disturb the count. Posting adjusts by the difference of that moment, less what other
counts have corrected since.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.models import User
from accounts.services import record
from accounts.services.numbers import next_numbers
from crm_project.kit.live import branch_group, tell_once
from inventory import permissions
from inventory.errors import DocumentChangedMeanwhile, FigureTooLarge, NothingGiven, NotStocked
from inventory.models import (
    Inventory,
    Lot,
    LotStock,
    Product,
    ProductCategory,
    StockCount,
    StockCountLine,
    StockMovement,
    Warehouse,
)

from .categories import with_descendants
from .direct import gain_cost
from .lots import counted_lot
from .once import earlier
from .places import require_place
from .stock import Move, lock_stock, move_stock

Status = StockCount.Status
MOST_COUNTED = Decimal(10) ** 11  # as its column holds it


@dataclass(frozen=True, kw_only=True)
class NewCount:
    """A count to be opened: of a whole warehouse, or of a category (and all below it) in it."""

    warehouse: Warehouse
    request_id: UUID
    category: ProductCategory | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """How much of a product, or of one of its lots, a person found."""

    product: Product
    quantity: Decimal
    lot_number: str = ""
    is_more: bool = False  # True adds to what was counted before, as a scanner does


@transaction.atomic
def open_count(new: NewCount, *, actor: User) -> StockCount:
    """List what should be there. Errors: NotYourWarehouse."""
    require_place(actor, new.warehouse, permissions.COUNT_STOCK)
    if known := earlier(StockCount, new.request_id):
        return known  # type: ignore[no-any-return]
    count = StockCount.objects.create(
        number=f"C-{next_numbers('inventory_count_seq')[0]:05}",
        warehouse=new.warehouse,
        note=new.note,
        created_by=actor,
        request_id=new.request_id,
    )
    StockCountLine.objects.bulk_create(_expected_lines(count, new.category))
    record(actor, "count.opened", count)
    _announce(count)
    return count


@transaction.atomic
def count_line(count: StockCount, counted: Counted, *, actor: User) -> StockCountLine:
    """Write down what was found, beside what the stock is at this moment.

    Errors: NotYourWarehouse, DocumentChangedMeanwhile, NotStocked, NothingGiven for
    less than nothing, FigureTooLarge, SerialInTransit.
    """
    locked = _locked(count)
    require_place(actor, locked.warehouse, permissions.COUNT_STOCK)
    _expect_open(locked)
    product = counted.product
    if not product.is_stocked:
        raise NotStocked
    stock = lock_stock([(product.pk, locked.warehouse_id)])[product.pk, locked.warehouse_id]
    lot = counted_lot(product, counted.lot_number)
    line, _is_new = StockCountLine.objects.get_or_create(count=locked, product=product, lot=lot)
    before = line.counted if counted.is_more and line.counted is not None else Decimal(0)
    line.counted = before + counted.quantity
    if line.counted < 0:
        raise NothingGiven
    if line.counted >= MOST_COUNTED:
        raise FigureTooLarge
    if product.tracking == Product.Tracking.SERIAL:
        line.counted = min(line.counted, Decimal(1))  # the same piece scanned twice is one piece
    line.expected = _on_hand(stock, lot)
    line.counted_by, line.counted_at = actor, timezone.now()
    line.save(update_fields=["counted", "expected", "counted_by", "counted_at"])
    return line


@transaction.atomic
def post_count(count: StockCount, *, actor: User) -> StockCount:
    """Adjust the stock by what was found too much or too little; lines not counted stay.

    Posting what is posted already changes nothing. Errors: NotYourWarehouse, NothingGiven when
    nothing was counted, InsufficientStock where goods that are missing are promised,
    DocumentChangedMeanwhile for a cancelled one.
    """
    locked = _locked(count)
    require_place(actor, locked.warehouse, permissions.COUNT_STOCK)
    if locked.status == Status.POSTED:
        return locked
    _expect_open(locked)
    lines = list(
        locked.lines.filter(counted__isnull=False).select_related("product").order_by("pk")
    )
    if not lines:
        raise NothingGiven
    place = locked.warehouse_id
    stocks = lock_stock((line.product_id, place) for line in lines)
    moves = [_adjustment(locked, line, stocks[line.product_id, place]) for line in lines]
    changed = [move for move in moves if move.quantity]
    if changed:
        move_stock(changed, actor=actor)
    _end(locked, Status.POSTED)
    changes = {"status": [Status.OPEN.value, Status.POSTED.value], "adjusted": len(changed)}
    record(actor, "count.posted", locked, changes=changes)
    return locked


@transaction.atomic
def cancel_count(count: StockCount, *, actor: User) -> StockCount:
    """Put a count away; nothing is adjusted. Errors: NotYourWarehouse, DocumentChangedMeanwhile."""
    locked = _locked(count)
    require_place(actor, locked.warehouse, permissions.COUNT_STOCK)
    if locked.status == Status.CANCELLED:
        return locked
    _expect_open(locked)
    _end(locked, Status.CANCELLED)
    record(actor, "count.cancelled", locked, changes={"status": ["open", "cancelled"]})
    return locked


def _expected_lines(
    count: StockCount, category: ProductCategory | None
) -> Iterable[StockCountLine]:
    stocks = Inventory.objects.filter(
        warehouse=count.warehouse, product__is_active=True
    ).select_related("product")
    if category:
        stocks = stocks.filter(product__category__in=with_descendants(category))
    untracked = stocks.filter(product__tracking=Product.Tracking.NONE)
    for stock in untracked.order_by("bin", "product__sku"):
        yield StockCountLine(count=count, product=stock.product)
    lots = LotStock.objects.filter(inventory__in=stocks, on_hand__gt=0)
    for row in lots.select_related("lot__product").order_by("lot__product__sku", "lot__number"):
        yield StockCountLine(count=count, product=row.lot.product, lot=row.lot)


def _adjustment(count: StockCount, line: StockCountLine, stock: Inventory) -> Move:
    assert line.counted is not None  # only counted lines are posted
    assert line.expected is not None
    difference = line.counted - line.expected - _corrected_since(line, stock)
    return Move(
        kind=StockMovement.Kind.ADJUSTMENT,
        product_id=line.product_id,
        warehouse_id=count.warehouse_id,
        quantity=difference,
        unit_cost=gain_cost(stock, count.warehouse) if difference > 0 else None,
        lot_id=line.lot_id,
        source=f"count:{count.pk}:{line.pk}",
        reference=count.number,
        url=count.get_absolute_url(),
    )


def _corrected_since(line: StockCountLine, stock: Inventory) -> Decimal:
    """What other counts have corrected on paper since: no goods moved, it must not count twice."""
    rows = StockMovement.objects.filter(
        inventory=stock,
        lot=line.lot_id,
        kind=StockMovement.Kind.ADJUSTMENT,
        source__startswith="count:",
        at__gte=line.counted_at,
    )
    return rows.aggregate(total=Sum("quantity"))["total"] or Decimal(0)


def _on_hand(stock: Inventory, lot: Lot | None) -> Decimal:
    if lot is None:
        return stock.on_hand
    row = LotStock.objects.filter(lot=lot, inventory=stock).first()
    return row.on_hand if row else Decimal(0)


def _locked(count: StockCount) -> StockCount:
    rows = StockCount.objects.select_related("warehouse__branch")
    return rows.select_for_update(of=("self",)).get(pk=count.pk)


def _expect_open(count: StockCount) -> None:
    if count.status != Status.OPEN:
        raise DocumentChangedMeanwhile


def _end(count: StockCount, status: Status) -> None:
    count.status = status
    count.posted_at = timezone.now() if status == Status.POSTED else None
    count.version += 1
    count.save(update_fields=["status", "posted_at", "version"])
    _announce(count)


def _announce(count: StockCount) -> None:
    tell_once({branch_group(None), branch_group(count.warehouse.branch_id)}, "stock-changed")

"""What to order again, from whom, and how much; turned into draft purchase orders in one step."""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from accounts.models import User
from crm_project.kit.errors import BusinessError
from crm_project.kit.locks import wait_for_turn
from inventory.errors import NothingGiven
from inventory.models import (
    Inventory,
    Product,
    PurchaseOrder,
    PurchaseOrderLine,
    StockMovement,
    Supplier,
    SupplierProduct,
    Transfer,
    TransferLine,
)

from .purchases import OPEN, PurchaseDraft, PurchaseLine, create_purchase

DEMAND_DAYS = 90  # how far back the average demand looks
WHOLE_UNITS = {Product.Unit.PIECE, Product.Unit.SET, Product.Unit.BOX}


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """What to order for one product in one warehouse. `quantity` 0: enough is coming already."""

    stock: Inventory
    offer: SupplierProduct | None
    quantity: Decimal
    coming: Decimal  # ordered and in transit, not here yet
    daily_demand: Decimal  # average of the last 90 days

    @property
    def cover_days(self) -> int | None:
        """How many days the available stock lasts; None where nothing was sold."""
        if self.daily_demand <= 0:
            return None
        return max(0, int(self.stock.available / self.daily_demand))


def suggest(stocks: Sequence[Inventory]) -> list[Suggestion]:
    """Return one suggestion for each row (with its product), in four queries."""
    ids = [stock.pk for stock in stocks]
    demand, coming = _demand(ids), _coming(stocks)
    offers = _offers({stock.product_id for stock in stocks})
    return [
        _suggestion(
            stock,
            offers.get(stock.product_id),
            demand.get(stock.pk, Decimal(0)),
            coming.get((stock.product_id, stock.warehouse_id), Decimal(0)),
        )
        for stock in stocks
    ]


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A supplier of whom nothing could be ordered, and the refusal that says why."""

    supplier: Supplier
    error: BusinessError


@transaction.atomic
def order_low_stock(
    stocks: Sequence[Inventory], *, request_id: UUID, actor: User
) -> tuple[list[PurchaseOrder], list[LeftOut]]:
    """Write one draft per supplier and warehouse; what has no supplier, or is coming, is left out.

    One that is refused (no exchange rate) keeps none of the others back. The same submit again
    gives the same drafts, and tries the refused ones once more. Errors: NothingGiven when nothing is
    to be ordered.
    """
    for place in sorted({stock.warehouse_id for stock in stocks}):
        wait_for_turn(f"low-stock:{place}")  # what a rival orders now is coming, not missing
    known = PurchaseOrder.objects.filter(request_id__in=_ids(stocks, request_id))
    orders = {order.request_id: order for order in known.order_by("pk")}
    groups: dict[tuple[int, int], list[Suggestion]] = defaultdict(list)
    for one in suggest(stocks):
        if one.offer and one.quantity > 0:
            groups[one.offer.supplier_id, one.stock.warehouse_id].append(one)
    if not groups and not orders:
        raise NothingGiven
    left_out = []
    for pair, group in sorted(groups.items()):
        key, draft = _id(request_id, pair), _draft(group)
        try:
            orders[key] = create_purchase(draft, request_id=key, actor=actor)
        except BusinessError as error:
            left_out.append(LeftOut(supplier=draft.supplier, error=error))
    return list(orders.values()), left_out


def _ids(stocks: Sequence[Inventory], request_id: UUID) -> list[UUID]:
    offers = _offers({stock.product_id for stock in stocks})
    return [
        _id(request_id, (offer.supplier_id, stock.warehouse_id))
        for stock in stocks
        if (offer := offers.get(stock.product_id))
    ]


def _id(request_id: UUID, place: tuple[int, int]) -> UUID:
    return uuid5(request_id, f"{place[0]}:{place[1]}")


def _draft(group: list[Suggestion]) -> PurchaseDraft:
    offer = group[0].offer
    assert offer is not None  # grouped by it
    supplier, warehouse = offer.supplier, group[0].stock.warehouse
    lines = [
        PurchaseLine(
            product=one.stock.product,
            quantity=one.quantity,
            unit_cost=one.offer.price if one.offer else Decimal(0),
        )
        for one in group
    ]
    return PurchaseDraft(
        supplier=supplier, warehouse=warehouse, lines=lines, currency=supplier.currency
    )


def _suggestion(
    stock: Inventory, offer: SupplierProduct | None, demand: Decimal, coming: Decimal
) -> Suggestion:
    lead = _lead_days(offer) if offer else 0
    point = stock.reorder_point or Decimal(0)
    missing = max(point - stock.available + demand * lead - coming, Decimal(0))
    is_low = stock.available + coming <= point
    wanted = stock.reorder_quantity or missing
    quantity = wanted if is_low and stock.reorder_quantity else missing
    if quantity > 0 and offer:
        quantity = max(quantity, offer.minimum)
    return Suggestion(
        stock=stock,
        offer=offer,
        quantity=_rounded(quantity, stock.product),
        coming=coming,
        daily_demand=demand,
    )


def _lead_days(offer: SupplierProduct) -> int:
    """The offer's own, also when that is the same day."""
    return offer.supplier.lead_days if offer.lead_days is None else offer.lead_days


def _rounded(quantity: Decimal, product: Product) -> Decimal:
    if product.unit in WHOLE_UNITS:
        return Decimal(math.ceil(quantity))
    return quantity.quantize(Decimal("0.001"))


def _demand(inventory_ids: list[int]) -> dict[int, Decimal]:
    """Issues less returns a day, by stock."""
    since = timezone.now() - timedelta(days=DEMAND_DAYS)
    rows = (
        StockMovement.objects.filter(
            inventory__in=inventory_ids,
            kind__in=[StockMovement.Kind.ISSUE, StockMovement.Kind.RETURN],
            at__gte=since,
        )
        .values("inventory")
        .annotate(total=Sum("quantity"))
        .order_by()
    )
    return {row["inventory"]: max(-row["total"], Decimal(0)) / DEMAND_DAYS for row in rows}


def _coming(stocks: Sequence[Inventory]) -> dict[tuple[int, int], Decimal]:
    """What purchase orders (drafts too) and transfers will bring, by product and warehouse."""
    products = {stock.product_id for stock in stocks}
    ordered: Any = PurchaseOrderLine.objects.filter(product__in=products, order__status__in=OPEN)
    moving: Any = TransferLine.objects.filter(
        product__in=products, transfer__status=Transfer.Status.SENT
    )
    found: dict[tuple[int, int], Decimal] = defaultdict(Decimal)
    for rows, place in ((ordered, "order__warehouse"), (moving, "transfer__destination")):
        sums = rows.values("product", place).annotate(rest=Sum(F("quantity") - F("received")))
        for row in sums.order_by():
            found[row["product"], row[place]] += row["rest"]
    return found


def _offers(product_ids: set[int]) -> dict[int, SupplierProduct]:
    """The preferred supplier's offer of each product, else the cheapest."""
    rows = SupplierProduct.objects.filter(product__in=product_ids, supplier__is_active=True)
    found: dict[int, SupplierProduct] = {}
    for offer in rows.select_related("supplier").order_by("-is_preferred", "price", "pk"):
        found.setdefault(offer.product_id, offer)
    return found

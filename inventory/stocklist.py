"""Products with what lies where: the rows of lists, of the grid and of the picker."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import structlog
from django.contrib.postgres.expressions import ArraySubquery
from django.core.cache import cache
from django.db.models import OuterRef, QuerySet, TextField
from django.db.models.functions import Cast, JSONObject

from . import permissions
from .models import Inventory, Product, Warehouse

log = structlog.get_logger(__name__)

PLACES = "inventory:open-warehouses"
KEPT_SECONDS = 10
_NUMBERS = ("on_hand", "reserved", "available", "reorder_point", "value")


@dataclass
class StockedProduct:
    """A product with its stock in each warehouse, in the order of the list's columns."""

    product: Product
    cells: list[Inventory | None] = field(default_factory=list)
    places: Sequence[Warehouse] = ()  # of the cells

    @property
    def on_hand(self) -> Decimal:
        """In all warehouses."""
        return sum((cell.on_hand for cell in self.cells if cell), Decimal(0))

    @property
    def reserved(self) -> Decimal:
        """In all warehouses."""
        return sum((cell.reserved for cell in self.cells if cell), Decimal(0))

    @property
    def available(self) -> Decimal:
        """In all warehouses."""
        return sum((cell.available for cell in self.cells if cell), Decimal(0))

    @property
    def values(self) -> dict[str, Decimal]:
        """At the moving average, one sum for each currency of the warehouses."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for cell, place in zip(self.cells, self.places, strict=True):
            if cell and cell.on_hand:
                sums[place.branch.currency] += cell.value
        return dict(sums)

    @property
    def is_low(self) -> bool:
        """At or below its reorder point somewhere."""
        return any(is_low(cell) for cell in self.cells)


def is_low(stock: Inventory | None) -> bool:
    """At or below the reorder point."""
    if stock is None or stock.reorder_point is None:
        return False
    return stock.available <= stock.reorder_point


def open_warehouses(user: Any) -> list[Warehouse]:
    """Return the warehouses that are columns of lists; a change shows within some seconds."""
    if not user.has_perm(permissions.VIEW_PRODUCT):
        return []
    try:
        known: list[Warehouse] | None = cache.get(PLACES)
    except Exception as error:  # a dead store costs one query, not the page
        log.warning("warehouse_cache_down", error=str(error))
        return _read_warehouses()
    if known is None:
        known = _read_warehouses()
        cache.set(PLACES, known, KEPT_SECONDS)
    return known


def _read_warehouses() -> list[Warehouse]:
    return list(Warehouse.objects.filter(is_active=True).select_related("branch"))


def forget_warehouses() -> None:
    """Let the next list read the warehouses again."""
    try:
        cache.delete(PLACES)
    except Exception as error:  # it forgets by itself soon
        log.warning("warehouse_cache_down", error=str(error))


def with_stock(
    products: Sequence[Product], warehouses: Sequence[Warehouse]
) -> list[StockedProduct]:
    """Return the products with their stock, in one query."""
    rows: dict[int, dict[int, Inventory]] = defaultdict(dict)
    stocks = Inventory.objects.filter(product__in=products, warehouse__in=warehouses)
    for stock in stocks:
        rows[stock.product_id][stock.warehouse_id] = stock
    return [
        StockedProduct(
            product, [rows[product.pk].get(place.pk) for place in warehouses], warehouses
        )
        for product in products
    ]


def reading_stock(products: QuerySet[Any]) -> QuerySet[Any]:
    """Let a query of products read their stock too; from_rows() makes rows of its answer."""
    numbers = {name: Cast(name, TextField()) for name in _NUMBERS}  # text: no float on the way
    stocks = Inventory.objects.filter(product=OuterRef("pk")).values(
        data=JSONObject(warehouse="warehouse_id", **numbers)
    )
    return products.annotate(stock_cells=ArraySubquery(stocks))


def from_rows(products: Sequence[Any], warehouses: Sequence[Warehouse]) -> list[StockedProduct]:
    """Return the rows of reading_stock() with one cell for each warehouse."""
    return [
        StockedProduct(product, _cells(product.stock_cells, warehouses), warehouses)
        for product in products
    ]


def _cells(stocks: list[dict[str, Any]], warehouses: Sequence[Warehouse]) -> list[Inventory | None]:
    known = {stock["warehouse"]: stock for stock in stocks}
    return [_cell(known[place.pk]) if place.pk in known else None for place in warehouses]


def _cell(stock: dict[str, Any]) -> Inventory:
    row = Inventory(warehouse_id=stock["warehouse"])
    for name in _NUMBERS:
        value = stock[name]
        setattr(row, name, None if value is None else Decimal(value))
    return row

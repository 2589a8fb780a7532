"""Stock for tests: products, warehouses, quantities that came in by receipts."""

from collections.abc import Callable
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from accounts.models import Branch
from inventory.models import Inventory, Product, StockMovement, Warehouse
from inventory.services import Move, move_stock

numbers = count(1)


def a_product(**fields: Any) -> Product:
    """Make a product with a SKU of its own."""
    number = next(numbers)
    names = {"sku": f"T-{number}", "name_ar": f"صنف {number}", "name_en": f"Item {number}"}
    return Product.objects.create(**{**names, "price": Decimal(100), **fields})


@pytest.fixture
def warehouse(riyadh: Branch) -> Warehouse:
    """The warehouse of the first branch."""
    return Warehouse.objects.create(
        code="ruh", name_ar="مستودع الرياض", name_en="Riyadh warehouse", branch=riyadh
    )


@pytest.fixture
def warehouse_b(jeddah: Branch) -> Warehouse:
    """The warehouse of the other branch."""
    return Warehouse.objects.create(
        code="jed", name_ar="مستودع جدة", name_en="Jeddah warehouse", branch=jeddah
    )


@pytest.fixture
def stock(warehouse: Warehouse) -> Callable[..., Inventory]:
    """Make a product with so much on hand."""

    def make(
        on_hand: int | str = 10, *, cost: str = "50", place: Warehouse | None = None, **fields: Any
    ) -> Inventory:
        product = fields.pop("product", None) or a_product(**fields)
        at = place or warehouse
        receive(product, at, on_hand, cost=cost)
        return Inventory.objects.get(product=product, warehouse=at)

    return make


def receive(
    product: Product,
    place: Warehouse,
    quantity: int | str,
    *,
    cost: str = "50",
    lot_id: int | None = None,
) -> StockMovement:
    """Let a quantity of a product come in."""
    move = Move(
        kind=StockMovement.Kind.RECEIPT,
        product_id=product.pk,
        warehouse_id=place.pk,
        quantity=Decimal(quantity),
        unit_cost=Decimal(cost),
        lot_id=lot_id,
        source=f"test:{next(numbers)}",
    )
    return move_stock([move], actor=None)[0]

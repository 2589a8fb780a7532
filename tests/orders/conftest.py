"""Orders for tests: a warehouse with goods, a customer, quotes through the service."""

from collections.abc import Callable
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import Branch, User
from accounts.roles import RoleCode
from customers.models import Customer
from inventory.models import Inventory, Product, StockMovement, Warehouse
from inventory.services import Move, move_stock
from orders.models import Order
from orders.services import LineInput, OrderInput, confirm_order, write_quote
from tests import factories

numbers = count(1)


def a_product(**fields: Any) -> Product:
    """Make a product with a SKU of its own: 100 SAR, 15 % tax."""
    number = next(numbers)
    names = {"sku": f"P-{number}", "name_ar": f"مكيف {number}", "name_en": f"Unit {number}"}
    return Product.objects.create(**{**names, "price": Decimal(100), **fields})


def a_service(**fields: Any) -> Product:
    """Make an installation service."""
    return a_product(kind=Product.Kind.SERVICE, **fields)


def receive(
    product: Product, place: Warehouse, quantity: int | str, *, cost: str = "60", lot: Any = None
) -> None:
    """Let a quantity come in."""
    move = Move(
        kind=StockMovement.Kind.RECEIPT,
        product_id=product.pk,
        warehouse_id=place.pk,
        quantity=Decimal(quantity),
        unit_cost=Decimal(cost),
        lot_id=lot.pk if lot else None,
        source=f"test:{next(numbers)}",
    )
    move_stock([move], actor=None)


def a_warehouse(branch: Branch, code: str) -> Warehouse:
    """Make a warehouse of a branch."""
    return Warehouse.objects.create(code=code, name_ar="مستودع", name_en="Store", branch=branch)


@pytest.fixture
def warehouse(riyadh: Branch) -> Warehouse:
    return a_warehouse(riyadh, "ruh")


@pytest.fixture
def warehouse_b(jeddah: Branch) -> Warehouse:
    return a_warehouse(jeddah, "jed")


@pytest.fixture
def branch_manager(riyadh: Branch) -> User:
    return factories.make_user(RoleCode.BRANCH_MANAGER, riyadh)


@pytest.fixture
def storekeeper(riyadh: Branch) -> User:
    return factories.make_user(RoleCode.STOREKEEPER, riyadh)


@pytest.fixture
def accountant(riyadh: Branch) -> User:
    return factories.make_user(RoleCode.ACCOUNTANT, riyadh)


@pytest.fixture
def customer(riyadh: Branch, sales: User) -> Customer:
    return factories.make_customer(riyadh, sales, name="نورة العتيبي", phones=("+966551234567",))


@pytest.fixture
def goods(warehouse: Warehouse) -> Callable[..., Product]:
    """Make a product with so much on hand in the first branch's warehouse."""

    def make(on_hand: int | str = 10, *, cost: str = "60", **fields: Any) -> Product:
        product = a_product(**fields)
        receive(product, warehouse, on_hand, cost=cost)
        return product

    return make


@pytest.fixture
def quote(customer: Customer, sales: User) -> Callable[..., Order]:
    """Write a quote: `quote((product, 2), (service, 1), discount=Decimal(5))`."""

    def make(*items: Any, actor: User | None = None, **fields: Any) -> Order:
        lines = tuple(item if isinstance(item, LineInput) else line_of(*item) for item in items)
        wanted = OrderInput(**{"customer": customer, "lines": lines, **fields})
        return write_quote(wanted, actor=actor or sales, request_id=uuid4())

    return make


@pytest.fixture
def confirmed(quote: Callable[..., Order], sales: User) -> Callable[..., Order]:
    """Write a quote and confirm it."""

    def make(*items: Any, **fields: Any) -> Order:
        return confirm_order(quote(*items, **fields), actor=sales)

    return make


def line_of(product: Product, quantity: int | str, **fields: Any) -> LineInput:
    """A line in the short form."""
    return LineInput(product_id=product.pk, quantity=Decimal(quantity), **fields)


def figures(product: Product) -> tuple[Decimal, Decimal]:
    """On hand and reserved of a product, over all warehouses."""
    rows = Inventory.objects.filter(product=product)
    return sum(row.on_hand for row in rows), sum(row.reserved for row in rows)

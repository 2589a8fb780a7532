"""Stock for tests: products, warehouses, quantities that came in by receipts."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.db import connection

from accounts.models import Branch, User
from accounts.roles import RoleCode, builtin_hidden
from inventory import currencies
from inventory.models import Inventory, Product, StockMovement, Supplier, Warehouse
from inventory.services import Move, move_stock
from orders.models import ExchangeRate
from orders.services import rate_on
from tests.factories import make_user

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


@pytest.fixture
def keeper(riyadh: Branch) -> User:
    """The storekeeper of the first branch."""
    return make_user(RoleCode.STOREKEEPER, riyadh, email="keeper@demo.example")


@pytest.fixture
def keeper_b(jeddah: Branch) -> User:
    """The storekeeper of the other branch."""
    return make_user(RoleCode.STOREKEEPER, jeddah, email="keeper.b@demo.example")


@pytest.fixture
def head(riyadh: Branch) -> User:
    """The manager of the first branch."""
    return make_user(RoleCode.BRANCH_MANAGER, riyadh, email="head@demo.example")


@pytest.fixture
def supplier(company: Any) -> Supplier:
    """A supplier who delivers within ten days."""
    return Supplier.objects.create(name="مصنع التبريد", lead_days=10)


@pytest.fixture
def rates(company: Any) -> Callable[..., None]:
    """Say what one unit of currencies is worth in the company's, as the wiring connects the table."""
    currencies.connect(rate_on)

    def know(**worth: str) -> None:
        for currency, rate in worth.items():
            ExchangeRate.objects.create(currency=currency, on=date(2020, 1, 1), rate=Decimal(rate))

    return know


def as_built_in(user: User) -> User:
    """Hide from the person what the built-in role hides."""
    user.role.hidden_fields = builtin_hidden(RoleCode(user.role.code))
    user.role.save()
    return user


def lines_of(*lines: dict[str, Any]) -> dict[str, list[str]]:
    """The lines of a document as its page sends them."""
    return {
        f"line-{name}": [str(line.get(name, "")) for line in lines]
        for name in ("product", "quantity", "lot", "cost", "expires")
    }


def messages_of(answer: Any) -> str:
    """What the page says after a redirect."""
    return " ".join(str(message) for message in answer.context["messages"])


def the_sums_are_right() -> bool:
    """On hand is the sum of movements and reserved the sum of open reservations, everywhere."""
    with connection.cursor() as cursor:
        cursor.execute(SUMS)
        return not cursor.fetchall()


SUMS = """
SELECT i.id FROM inventory_inventory i
LEFT JOIN LATERAL (SELECT coalesce(sum(quantity), 0) AS moved, coalesce(sum(reserved_change), 0)
    AS changed FROM inventory_stockmovement m WHERE m.inventory_id = i.id) m ON true
LEFT JOIN LATERAL (SELECT coalesce(sum(quantity), 0) AS promised FROM inventory_reservation r
    WHERE r.inventory_id = i.id) r ON true
WHERE i.on_hand <> m.moved OR i.reserved <> m.changed OR i.reserved <> r.promised
   OR (NOT i.allows_backorder AND i.available < 0)
"""

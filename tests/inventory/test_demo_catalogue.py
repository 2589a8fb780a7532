"""The demo's catalogue: believable, the same each time, whole."""

import pytest

from inventory.models import (
    Inventory,
    Product,
    ProductCategory,
    StockAlert,
    StockMovement,
    Supplier,
    Warehouse,
)
from inventory.services.demo import seed_catalogue
from tests.inventory.conftest import the_sums_are_right

MODELS = (
    Product, ProductCategory, Warehouse, Supplier, Inventory, StockMovement, StockAlert,
)  # fmt: skip


def counts() -> list[int]:
    return [model.objects.count() for model in MODELS]


def test_a_second_run_adds_nothing_and_keeps_what_people_changed(riyadh, jeddah):
    branches = {"riyadh": riyadh, "jeddah": jeddah}
    catalogue = seed_catalogue(branches)
    product = catalogue.products["AC-18-INV"]
    Product.objects.filter(pk=product.pk).update(price=1)
    before = counts()
    seed_catalogue(branches)
    assert counts() == before
    assert Product.objects.get(pk=product.pk).price == 1


def test_it_is_forty_products_in_three_warehouses_with_stock_of_every_kind(riyadh, jeddah):
    catalogue = seed_catalogue([riyadh, jeddah])
    assert 40 <= len(catalogue.products) <= 50
    assert {place.branch_id for place in catalogue.warehouses.values()} == {riyadh.pk, jeddah.pk}
    products = catalogue.products.values()
    assert {one.tracking for one in products} == {"none", "lot", "serial"}
    assert len({one.barcode for one in products}) == len(products)
    assert Inventory.objects.low().exists()
    assert Inventory.objects.filter(available__gt=0).count() > 60
    assert the_sums_are_right()


@pytest.mark.parametrize("count", [0, 1])
def test_it_fits_a_company_of_fewer_branches(riyadh, count):
    catalogue = seed_catalogue([riyadh][:count])
    assert len(catalogue.warehouses) == (3 if count else 0)


def test_what_is_low_in_the_demo_has_its_alert(riyadh, jeddah):
    seed_catalogue([riyadh, jeddah])
    low = set(Inventory.objects.low().values_list("pk", flat=True))
    assert low
    assert set(StockAlert.objects.open().values_list("inventory_id", flat=True)) == low

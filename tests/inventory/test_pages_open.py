"""Every page of the stock opens, with and without content."""

import uuid

import pytest
from django.urls import reverse

from inventory.models import (
    Lot,
    ProductCategory,
    PurchaseOrder,
    PurchaseOrderLine,
    StockCount,
    SupplierProduct,
    Transfer,
    TransferLine,
)
from tests.inventory.conftest import a_product, receive

PAGES = (
    "home", "products", "product_new", "receive", "issue", "adjust", "movements", "transfers",
    "transfer_new", "counts", "count_new", "purchases", "purchase_new", "suppliers",
    "supplier_new", "low", "lots", "warehouses", "warehouse_new", "categories", "category_new",
    "products_filters", "movements_filters", "transfers_filters", "counts_filters",
    "purchases_filters", "suppliers_filters", "product_pick", "products_export", "stock_export",
    "products_columns",
)  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_page_opens_without_anything_in_stock(client_of, manager, name, language):
    manager.language = language
    manager.save()
    assert client_of(manager).get(reverse(f"inventory:{name}")).status_code == 200


@pytest.fixture
def world(stock, warehouse, warehouse_b, supplier, keeper):
    """One of everything."""
    category = ProductCategory.objects.create(name_ar="مكيفات", name_en="AC", code="ac")
    item = stock(on_hand=5, category=category, sku="AC-1", barcode="628100000001")
    item.reorder_point = 8
    item.save(update_fields=["reorder_point"])
    tracked = a_product(tracking="lot")
    lot = Lot.objects.create(product=tracked, number="L-1")
    receive(tracked, warehouse, 3, lot_id=lot.pk)
    a_product(kind="service")
    SupplierProduct.objects.create(supplier=supplier, product=item.product, price=40)
    common = {"created_by": keeper, "request_id": uuid.uuid4()}
    transfer = Transfer.objects.create(
        number="T-1", origin=warehouse, destination=warehouse_b, **common
    )
    TransferLine.objects.create(transfer=transfer, product=item.product, quantity=1)
    order = PurchaseOrder.objects.create(
        number="PO-1", supplier=supplier, warehouse=warehouse, status="ordered", **common
    )
    PurchaseOrderLine.objects.create(order=order, product=item.product, quantity=2, unit_cost=40)
    count = StockCount.objects.create(number="C-1", warehouse=warehouse, **common)
    count.lines.create(product=item.product)
    return {
        "product": item.product, "lot": lot, "transfer": transfer, "order": order, "count": count,
        "supplier": supplier, "place": warehouse, "category": category,
    }  # fmt: skip


@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_record_has_its_page(client_of, manager, world, language):
    manager.language = language
    manager.save()
    client = client_of(manager)
    product, place = world["product"], world["place"]
    pages = [
        reverse("inventory:product", args=[product.pk]),
        reverse("inventory:product_edit", args=[product.pk]),
        reverse("inventory:product_ledger", args=[product.pk]),
        reverse("inventory:offer", args=[product.pk]),
        reverse("inventory:reorder_level", args=[product.pk, place.pk]),
        reverse("inventory:products") + "?view=grid",
        reverse("inventory:receive") + f"?product={product.pk}",
        reverse("inventory:product_pick") + "?q=ac&as=datalist",
        reverse("inventory:product_pick") + f"?q=ac&warehouse={place.pk}",
        world["lot"].product.get_absolute_url(),
        reverse("inventory:lot", args=[world["lot"].pk]),
        reverse("inventory:lots") + "?q=L-",
        world["transfer"].get_absolute_url(),
        world["order"].get_absolute_url(),
        reverse("inventory:purchase_receive", args=[world["order"].pk]),
        world["count"].get_absolute_url(),
        world["supplier"].get_absolute_url(),
        reverse("inventory:supplier_edit", args=[world["supplier"].pk]),
        reverse("inventory:warehouse_edit", args=[place.pk]),
        reverse("inventory:category_edit", args=[world["category"].pk]),
        *(reverse(f"inventory:{name}") for name in PAGES),
    ]
    answers = {url: client.get(url).status_code for url in pages}
    assert set(answers.values()) == {200}, answers

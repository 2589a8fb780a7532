"""Who sees what: other branches' documents are not there, costs only for those who see them."""

import csv
import io
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Activity
from inventory.models import (
    Inventory,
    Lot,
    ProductCategory,
    PurchaseOrder,
    PurchaseOrderLine,
    StockCount,
    SupplierProduct,
    Transfer,
    TransferLine,
    Warehouse,
)
from inventory.services import by_category, by_warehouse, total_by_currency
from tests.inventory.conftest import a_product, as_built_in, receive

SECRET = "7391"  # a cost that nothing else on a page is


@pytest.fixture
def documents(stock, warehouse, supplier, keeper):
    """One document of each kind of the first branch, at a cost that can be found."""
    item = stock(on_hand=5, cost=SECRET)
    item.product.cost = SECRET
    item.product.save()
    SupplierProduct.objects.create(supplier=supplier, product=item.product, price=SECRET)
    elsewhere = Warehouse.objects.create(
        code="two", name_ar="ثان", name_en="Two", branch=warehouse.branch
    )
    common = {"created_by": keeper}
    transfer = Transfer.objects.create(
        number="T-1", origin=warehouse, destination=elsewhere, request_id=uuid.uuid4(), **common
    )
    TransferLine.objects.create(transfer=transfer, product=item.product, quantity=1)
    order = PurchaseOrder.objects.create(
        number="PO-1", supplier=supplier, warehouse=warehouse, status="ordered", total=SECRET,
        request_id=uuid.uuid4(), **common,
    )  # fmt: skip
    PurchaseOrderLine.objects.create(
        order=order, product=item.product, quantity=2, unit_cost=SECRET
    )
    count = StockCount.objects.create(
        number="C-1", warehouse=warehouse, request_id=uuid.uuid4(), **common
    )
    count.lines.create(product=item.product)
    return {"transfer": transfer, "purchase": order, "count": count, "item": item}


@pytest.mark.parametrize(
    ("kind", "steps"),
    [
        ("transfer", ("send", "cancel", "receive")),
        ("purchase", ("order", "cancel", "receive", "edit")),
        ("count", ("post", "cancel", "scan")),
    ],
)
def test_another_branchs_document_is_not_there(client_of, api_of, keeper_b, documents, kind, steps):
    document, client = documents[kind], client_of(keeper_b)
    before = Inventory.objects.values_list("on_hand", flat=True).get()
    assert client.get(document.get_absolute_url()).status_code == 404
    for step in steps:
        url = reverse(f"inventory:{kind}_{step}", args=[document.pk])
        assert client.post(url, {"code": "x"}).status_code == 404, step
    path = {"transfer": "transfers", "purchase": "purchase-orders", "count": "counts"}[kind]
    assert api_of(keeper_b).get(f"/api/v1/{path}/{document.pk}/").status_code == 404
    assert api_of(keeper_b).get(f"/api/v1/{path}/").json()["results"] == []
    status = document.status
    document.refresh_from_db()
    assert document.status == status
    assert Inventory.objects.values_list("on_hand", flat=True).get() == before


def test_movements_are_read_in_the_own_branch_only(client_of, api_of, keeper_b, keeper, documents):
    assert not client_of(keeper_b).get("/inventory/movements/").context["rows"]
    assert api_of(keeper_b).get("/api/v1/movements/").json()["results"] == []
    assert len(client_of(keeper).get("/inventory/movements/").context["rows"]) == 1


def pages_of(documents) -> list[str]:
    product = documents["item"].product_id
    return [
        "/inventory/", "/inventory/products/", "/inventory/products/?view=grid",
        "/inventory/movements/", "/inventory/low/", "/inventory/products/pick/",
        reverse("inventory:product", args=[product]),
        reverse("inventory:product_ledger", args=[product]),
    ]  # fmt: skip


def written(body: str) -> str:
    return body.replace(",", "")


def test_costs_are_hidden_from_sales_on_every_page(client_of, sales, keeper, documents):
    seller, storekeeper = client_of(as_built_in(sales)), client_of(keeper)
    for url in pages_of(documents):
        assert SECRET not in written(seller.get(url).content.decode()), url
    product = documents["item"].product.get_absolute_url()
    assert SECRET in written(storekeeper.get(product).content.decode())


def test_costs_are_hidden_from_sales_in_the_api(api_of, sales, keeper, documents):
    product = documents["item"].product_id
    as_built_in(sales)
    for url in (f"/api/v1/products/{product}/", "/api/v1/stock/", "/api/v1/movements/"):
        assert SECRET not in api_of(sales).get(url).content.decode(), url
        assert SECRET in api_of(keeper).get(url).content.decode(), url
    assert api_of(sales).get("/api/v1/purchase-orders/").status_code == 403


def test_a_role_that_buys_but_sees_no_costs(client_of, api_of, keeper, documents):
    keeper.role.hidden_fields = {"inventory.cost": "hidden"}
    keeper.role.save()
    order, client = documents["purchase"], client_of(keeper)
    receive_url = reverse("inventory:purchase_receive", args=[order.pk])
    for url in (order.get_absolute_url(), "/inventory/purchases/", receive_url):
        assert SECRET not in written(client.get(url).content.decode()), url
    assert SECRET not in api_of(keeper).get(f"/api/v1/purchase-orders/{order.pk}/").content.decode()
    for name in ("products_export", "stock_export"):
        answer = client.get(reverse(f"inventory:{name}"))
        assert SECRET not in b"".join(answer.streaming_content).decode()


def test_the_export_is_the_filtered_list_and_harmless(client_of, keeper, documents):
    a_product(sku="EVIL", name_ar="=1+1", name_en="")
    client = client_of(keeper)
    answer = client.get("/inventory/products/export/", {"q": "evil"})
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["EVIL"]
    assert rows[1][2] == "'=1+1"
    entry = Activity.objects.get(verb="products.exported")
    assert entry.actor == keeper


def test_who_may_not_export_takes_nothing(client_of, sales):
    for name in ("products_export", "stock_export"):
        assert client_of(sales).get(reverse(f"inventory:{name}")).status_code == 403
    assert not Activity.objects.filter(verb__endswith="exported").exists()


def test_a_lot_is_traced_from_its_receipt_to_the_customers_order_and_back(
    client_of, keeper, keeper_b, warehouse
):
    from inventory.models import StockMovement
    from inventory.services import Move, move_stock

    product = a_product(tracking="serial")
    lot = Lot.objects.create(product=product, number="S-77", is_serial=True)
    receive(product, warehouse, 1, lot_id=lot.pk)
    shipped = Move(
        kind=StockMovement.Kind.ISSUE, product_id=product.pk, warehouse_id=warehouse.pk,
        quantity=-1, source="order_line:9:1", lot_id=lot.pk, reference="RIY-2026-00042",
        url="/orders/42/",
    )  # fmt: skip
    move_stock([shipped], actor=keeper)
    client = client_of(keeper)
    page = client.get(reverse("inventory:lot", args=[lot.pk]))
    assert [row.reference for row in page.context["movements"]] == ["RIY-2026-00042", ""]
    assert "/orders/42/" in page.content.decode()
    back = client.get("/inventory/lots/", {"q": "RIY-2026-00042"})
    assert back.context["lots"] == [lot]
    assert client.get("/inventory/lots/", {"q": "s-77"}).context["lots"] == [lot]
    other = client_of(keeper_b).get(reverse("inventory:lot", args=[lot.pk]))
    assert not other.context["movements"]


def test_the_value_counts_what_is_in_transit_where_it_goes(stock, warehouse, warehouse_b, keeper):
    category = ProductCategory.objects.create(name_ar="غاز", name_en="Gas", code="gas")
    item = stock(on_hand=10, cost="50", category=category)
    transfer = Transfer.objects.create(
        number="T-9", origin=warehouse, destination=warehouse_b, created_by=keeper, status="sent"
    )
    TransferLine.objects.create(
        transfer=transfer, product=item.product, quantity=4, received=1, unit_cost=50
    )
    places = list(Warehouse.objects.select_related("branch").order_by("code"))
    worths = {worth.key.code: (worth.on_hand, worth.in_transit) for worth in by_warehouse(places)}
    assert worths == {"ruh": (500, 0), "jed": (0, 150)}
    assert total_by_currency(by_warehouse(places)) == {"SAR": 650}
    assert [(one.key, one.total) for one in by_category(places)] == [(category.pk, 650)]


LISTS = ("products", "movements", "transfers", "counts", "purchases", "suppliers")


@pytest.mark.parametrize("name", LISTS)
def test_the_first_page_of_a_list_costs_at_most_eight_queries(
    client_of, manager, stock, warehouse, warehouse_b, supplier, keeper, name
):
    for number in range(60):
        item = stock(on_hand=1)
        common = {"created_by": keeper}
        if number < 55:
            Transfer.objects.create(
                number=f"T-{number}", origin=warehouse, destination=warehouse_b, **common
            )
            StockCount.objects.create(number=f"C-{number}", warehouse=warehouse, **common)
            PurchaseOrder.objects.create(
                number=f"P-{number}", supplier=supplier, warehouse=warehouse, **common
            )
            type(supplier).objects.create(name=f"S {number}")
    client = client_of(manager)
    url = reverse(f"inventory:{name}")
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get(url)
    assert len(answer.context["rows"]) == 50
    assert len(queries) <= 8, "\n".join(query["sql"][:150] for query in queries)
    following = client.get(answer.context["page"].next_url, HTTP_HX_REQUEST="true")
    assert len(following.context["rows"]) >= 5
    assert item.pk


def test_a_products_page_is_bounded_whatever_its_history(client_of, manager, stock, warehouse):
    item = stock(on_hand=1)
    for _turn in range(80):
        receive(item.product, warehouse, 1)
    client = client_of(manager)
    client.get(item.product.get_absolute_url())
    for url in (item.product.get_absolute_url(), "/inventory/"):
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        assert len(queries) <= 15, "\n".join(query["sql"][:150] for query in queries)
    ledger = reverse("inventory:product_ledger", args=[item.product_id])
    first = client.get(ledger)
    assert len(first.context["movements"]) == 25
    second = client.get(first.context["next_url"])
    assert second.context["movements"][0].pk < first.context["movements"][-1].pk

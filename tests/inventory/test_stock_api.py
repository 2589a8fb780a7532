"""Products and stock by API: the same rules, repeatable writes, clear refusals."""

import uuid

import pytest

from inventory.models import Inventory, Product, PurchaseOrder, StockCount, Transfer
from tests.inventory.conftest import a_product, as_built_in

NEW = {"sku": "API-1", "name_ar": "صنف", "price": "12.5", "unit": "piece"}


def test_a_product_is_made_once_for_a_key(api_of, head):
    api = api_of(head)
    answers = [
        api.post("/api/v1/products/", NEW, format="json", HTTP_IDEMPOTENCY_KEY="k1")
        for _twice in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert Product.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"price": "-1"}, "price"), ({"price": "NaN"}, "price"), ({"price": 1e30}, "price"),
        ({"sku": ""}, "sku"), ({"unit": "x"}, "unit"), ({"category": 999}, "category"),
        ({"on_hand": 5}, "on_hand"), ({"tax_percent": "101"}, "tax_percent"),
        ({"name_ar": ["x"]}, "name_ar"), ({"kind": "service", "tracking": "lot"}, "tracking"),
    ],
)  # fmt: skip
def test_a_bad_product_is_refused_at_its_field(api_of, head, change, field):
    answer = api_of(head).post("/api/v1/products/", {**NEW, **change}, format="json")
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    assert not Product.objects.exists()


def test_a_stale_version_and_a_taken_sku_are_conflicts(api_of, head):
    product, other, api = a_product(), a_product(), api_of(head)
    url = f"/api/v1/products/{product.pk}/"
    assert api.patch(url, {"price": "5", "version": 1}, format="json").status_code == 200
    late = api.patch(url, {"price": "6", "version": 1}, format="json")
    taken = api.patch(url, {"sku": other.sku}, format="json")
    assert (late.status_code, late.json()["code"]) == (409, "edit_conflict")
    assert (taken.status_code, taken.json()["code"]) == (409, "sku_taken")
    product.refresh_from_db()
    assert product.price == 5


def test_sales_reads_products_with_stock_and_changes_none(api_of, sales, stock):
    item, api = stock(on_hand=4, sku="AC-18"), api_of(as_built_in(sales))
    (found,) = api.get("/api/v1/products/", {"search": "ac-18"}).json()["results"]
    assert found["stock"] == [
        {"warehouse": item.warehouse_id, "on_hand": "4.000", "reserved": "0.000",
         "available": "4.000"}
    ]  # fmt: skip
    assert "cost" not in found
    url = f"/api/v1/products/{item.product_id}/"
    assert api.patch(url, {"price": "1"}, format="json").status_code == 403
    assert api.post("/api/v1/products/", NEW, format="json").status_code == 403


def test_a_purchase_order_goes_the_whole_way_once(api_of, keeper, supplier, warehouse):
    product, api = a_product(), api_of(keeper)
    body = {
        "supplier": supplier.pk, "warehouse": warehouse.pk,
        "lines": [{"product": product.pk, "quantity": "5", "unit_cost": "20"}],
    }  # fmt: skip
    made = api.post("/api/v1/purchase-orders/", body, format="json", HTTP_IDEMPOTENCY_KEY="a")
    assert made.status_code == 201, made.json()
    url = f"/api/v1/purchase-orders/{made.json()['id']}/"
    line = made.json()["lines"][0]["id"]
    early = api.post(f"{url}receive/", {"items": [{"line": line, "quantity": "1"}]}, format="json")
    assert (early.status_code, early.json()["code"]) == (409, "wrong_state")
    assert api.post(f"{url}order/").json()["status"] == "ordered"
    delivery = {"items": [{"line": line, "quantity": "3"}]}
    for _twice in range(2):
        answer = api.post(f"{url}receive/", delivery, format="json", HTTP_IDEMPOTENCY_KEY="b")
        assert (answer.status_code, answer.json()["status"]) == (201, "partial")
    over = api.post(f"{url}receive/", delivery, format="json")
    assert (over.status_code, over.json()["code"]) == (409, "more_than_expected")
    assert Inventory.objects.get().on_hand == 3
    assert PurchaseOrder.objects.count() == 1


def test_every_problem_of_a_line_stands_under_its_path(api_of, keeper, supplier, warehouse):
    api, good = api_of(keeper), {"product": a_product().pk, "quantity": "1", "unit_cost": "1"}
    for lines, paths in (
        ([], ["lines"]),
        ({"product": 1}, ["lines"]),
        ([good, {**good, "price": 1}, {**good, "quantity": "NaN", "product": 0}, 7],
         ["lines.1.price", "lines.2.product", "lines.2.quantity", "lines.3"]),
    ):  # fmt: skip
        body = {"supplier": supplier.pk, "warehouse": warehouse.pk, "lines": lines}
        errors = api.post("/api/v1/purchase-orders/", body, format="json").json()["errors"]
        assert (sorted(errors), {type(one) for one in errors.values()}) == (sorted(paths), {list})
    assert not PurchaseOrder.objects.exists()


def test_a_transfer_is_sent_and_received(api_of, manager, stock, warehouse, warehouse_b):
    item, api = stock(on_hand=5), api_of(manager)
    body = {
        "origin": warehouse.pk, "destination": warehouse_b.pk,
        "lines": [{"product": item.product_id, "quantity": "2"}],
    }  # fmt: skip
    made = api.post("/api/v1/transfers/", body, format="json").json()
    url = f"/api/v1/transfers/{made['id']}/"
    assert api.post(f"{url}send/").json()["status"] == "sent"
    items = {"items": [{"line": made["lines"][0]["id"], "quantity": "2"}]}
    assert api.post(f"{url}receive/", items, format="json").json()["status"] == "received"
    assert Inventory.objects.get(warehouse=warehouse_b).on_hand == 2
    same = {**body, "destination": warehouse.pk}
    assert api.post("/api/v1/transfers/", same, format="json").status_code == 400
    assert Transfer.objects.count() == 1


def test_a_transfer_from_another_branch_is_refused(api_of, keeper, stock, warehouse, warehouse_b):
    item = stock(on_hand=5, place=warehouse_b)
    body = {
        "origin": warehouse_b.pk, "destination": warehouse.pk,
        "lines": [{"product": item.product_id, "quantity": "2"}],
    }  # fmt: skip
    answer = api_of(keeper).post("/api/v1/transfers/", body, format="json")
    assert answer.status_code == 403
    assert not Transfer.objects.exists()


def test_a_count_is_posted(api_of, keeper, stock, warehouse):
    item = stock(on_hand=5)
    count = StockCount.objects.create(
        number="C-1", warehouse=warehouse, created_by=keeper, request_id=uuid.uuid4()
    )
    from inventory.services import Counted, count_line

    count_line(count, Counted(product=item.product, quantity=4), actor=keeper)
    url = f"/api/v1/counts/{count.pk}/"
    assert api_of(keeper).get(url).json()["lines"][0]["counted"] == "4.000"
    for _twice in range(2):
        assert api_of(keeper).post(f"{url}post/").json()["status"] == "posted"
    item.refresh_from_db()
    assert item.on_hand == 4


@pytest.mark.parametrize(
    "path",
    ["products", "product-categories", "warehouses", "stock", "movements", "suppliers",
     "purchase-orders", "transfers", "counts"],
)  # fmt: skip
def test_every_list_is_read_by_keyset_and_needs_a_permission(api_of, keeper, client, path, stock):
    stock(on_hand=1)
    answer = api_of(keeper).get(f"/api/v1/{path}/", {"page_size": 1})
    assert answer.status_code == 200
    assert set(answer.json()) == {"results", "next"}
    assert client.get(f"/api/v1/{path}/").status_code == 401
    keeper.role.grants = {}
    keeper.role.save()
    assert api_of(keeper).get(f"/api/v1/{path}/").status_code == 403


def test_bad_filters_are_named(api_of, keeper):
    for query in ({"category": "x"}, {"kind": "y"}, {"ordering": "z"}, {"cursor": "!"}):
        assert api_of(keeper).get("/api/v1/products/", query).status_code == 400, query

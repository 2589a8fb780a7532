"""Stock by API without documents: received, issued, corrected, counted; places and lots."""

from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.roles import RoleCode
from inventory.models import Inventory, Product, ProductCategory, StockCount, Supplier, Warehouse
from tests import factories

pytestmark = pytest.mark.django_db
V1 = "/api/v1/"


@pytest.fixture
def place(riyadh: Any) -> Warehouse:
    return Warehouse.objects.create(branch=riyadh, code="main", name_ar="رئيسي", name_en="Main")


@pytest.fixture
def product() -> Product:
    return Product.objects.create(sku="AC-1", name_ar="مكيف", name_en="AC", price=100, cost=60)


@pytest.fixture
def keeper(riyadh: Any) -> Any:
    return factories.make_user(RoleCode.STOREKEEPER, riyadh)


@pytest.fixture
def api(api_of: Any, keeper: Any) -> APIClient:
    client: APIClient = api_of(keeper)
    return client


def sheet(place: Warehouse, product: Product, quantity: str, **more: Any) -> dict[str, Any]:
    lines = [{"product": product.pk, "quantity": quantity, **more.pop("line", {})}]
    return {"warehouse": place.pk, "lines": lines, **more}


def on_hand(product: Product) -> Decimal:
    return Inventory.objects.get(product=product).on_hand


def test_goods_come_go_and_are_corrected_once_per_key(
    api: APIClient, place: Warehouse, product: Product
) -> None:
    key = {"Idempotency-Key": "truck-1"}
    came = sheet(place, product, "10", reference="TR-1", line={"unit_cost": "55"})
    first = api.post(f"{V1}stock/receive/", came, headers=key)
    assert first.status_code == 201, first.content
    assert first.json()["movements"][0]["on_hand_after"] == "10.000"
    assert api.post(f"{V1}stock/receive/", came, headers=key).json() == first.json()
    gone = sheet(place, product, "4", reason="عينة")
    assert api.post(f"{V1}stock/issue/", gone).status_code == 201
    wrong = sheet(place, product, "-1", reason="تلف")
    assert api.post(f"{V1}stock/adjust/", wrong).status_code == 201
    assert on_hand(product) == 5
    too_much = api.post(f"{V1}stock/issue/", sheet(place, product, "6", reason="x"))
    assert (too_much.status_code, too_much.json()["code"]) == (409, "insufficient_stock")
    for door in ("issue", "adjust"):  # nobody moves stock without saying why
        answer = api.post(f"{V1}stock/{door}/", sheet(place, product, "1"))
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["reason"])


def test_stock_of_another_branch_or_without_the_permission_stays(
    api: APIClient, api_of: Any, sales: Any, jeddah: Any, place: Warehouse, product: Product
) -> None:
    other = Warehouse.objects.create(branch=jeddah, code="jed", name_ar="جدة", name_en="Jeddah")
    answer = api.post(f"{V1}stock/receive/", sheet(other, product, "1"))
    assert answer.status_code in (403, 404, 409)
    assert api_of(sales).post(f"{V1}stock/receive/", sheet(place, product, "1")).status_code == 403
    assert not Inventory.objects.exists()


def test_a_count_is_opened_counted_and_posted_or_put_away(
    api: APIClient, place: Warehouse, product: Product
) -> None:
    api.post(f"{V1}stock/receive/", sheet(place, product, "10"))
    key = {"Idempotency-Key": "count-1"}
    opened = api.post(f"{V1}counts/", {"warehouse": place.pk, "note": "سنوي"}, headers=key)
    assert opened.status_code == 201, opened.content
    assert [line["product"] for line in opened.json()["lines"]] == [product.pk]
    url = f"{V1}counts/{opened.json()['id']}/"
    body = {"product": product.pk, "quantity": "8"}
    assert api.post(f"{url}lines/", body).json()["counted"] == "8.000"
    more = api.post(f"{url}lines/", {**body, "quantity": "1", "is_more": True})
    assert more.json()["counted"] == "9.000"
    assert api.post(f"{url}post/").json()["status"] == "posted"
    assert on_hand(product) == 9
    assert api.post(f"{url}cancel/").json()["code"] == "wrong_state"
    second = api.post(f"{V1}counts/", {"warehouse": place.pk}).json()
    assert api.post(f"{V1}counts/{second['id']}/cancel/").json()["status"] == "cancelled"
    assert StockCount.objects.count() == 2


def test_levels_lots_warehouses_and_categories(
    api_of: Any, manager: Any, riyadh: Any, place: Warehouse, product: Product
) -> None:
    api: APIClient = api_of(manager)
    level = {"product": product.pk, "warehouse": place.pk, "reorder_point": "4", "bin": "A-3"}
    assert api.post(f"{V1}stock/reorder-level/", level).json()["reorder_point"] == "4.000"
    tracked = Product.objects.create(
        sku="PUMP", name_ar="مضخة", name_en="Pump", price=1, tracking="lot"
    )
    line = {"lot": "L-1", "expires_on": "2031-01-01"}
    api.post(f"{V1}stock/receive/", sheet(place, tracked, "3", line=line))
    (lot,) = api.get(f"{V1}lots/", {"product": tracked.pk, "number": "L-1"}).json()["results"]
    one = api.get(f"{V1}lots/{lot['id']}/").json()
    assert one["places"] == [{"warehouse": place.pk, "on_hand": "3.000"}]
    names = {"name_ar": "فرعي", "name_en": "Second"}
    made = api.post(f"{V1}warehouses/", {**names, "code": "second", "branch": riyadh.pk})
    assert (made.status_code, made.json()["branch_code"]) == (201, "riy"), made.content
    url = f"{V1}warehouses/{made.json()['id']}/"
    assert api.patch(url, {"branch": riyadh.pk}).status_code == 400  # it keeps its branch
    assert api.patch(url, {"is_active": False}).json()["is_active"] is False
    full = api.patch(f"{V1}warehouses/{place.pk}/", {"is_active": False})
    assert full.json()["code"] == "warehouse_in_use"
    category = api.post(f"{V1}product-categories/", {**names, "code": "pumps"}).json()
    again = api.post(f"{V1}product-categories/", {**names, "code": "pumps"})
    assert again.json()["code"] == "code_taken"
    url = f"{V1}product-categories/{category['id']}/"
    assert api.patch(url, {"name_en": "Pumps"}).json()["name_en"] == "Pumps"
    assert ProductCategory.objects.get().name_en == "Pumps"


def test_a_purchase_is_changed_as_a_draft_and_given_up(
    api: APIClient, place: Warehouse, product: Product
) -> None:
    supplier = Supplier.objects.create(name="مصنع", currency="SAR")
    lines = [{"product": product.pk, "quantity": "5", "unit_cost": "60"}]
    made = api.post(
        f"{V1}purchase-orders/",
        {"supplier": supplier.pk, "warehouse": place.pk, "lines": lines},
    )
    url = f"{V1}purchase-orders/{made.json()['id']}/"
    noted = api.patch(url, {"note": "عاجل", "version": 1})
    assert noted.status_code == 200, noted.content
    assert [line["unit_cost"] for line in noted.json()["lines"]] == ["60.000"]  # kept as it was
    assert api.patch(url, {"note": "late", "version": 1}).json()["code"] == "wrong_state"
    more = api.patch(url, {"lines": [{**lines[0], "quantity": "7"}]})
    assert (more.json()["lines"][0]["quantity"], more.json()["total"]) == ("7.000", "420.000")
    assert api.post(f"{url}cancel/").json()["status"] == "cancelled"
    assert api.patch(url, {"note": "x"}).status_code == 409

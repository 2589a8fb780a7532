"""Warehouses, suppliers and their prices, the palette: set up by those who may, refused in words."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from customers.models import Category
from inventory.models import (
    Inventory,
    ProductCategory,
    Supplier,
    SupplierProduct,
    Transfer,
    Warehouse,
)
from inventory.search import find_inventory
from tests.inventory.conftest import a_product

WAREHOUSES, SUPPLIERS = "/inventory/warehouses/", "/inventory/suppliers/"
CATEGORIES = "/inventory/categories/new/"


def place(branch, **changes):
    values = {
        "name_ar": "فرعي", "name_en": "Branch store", "code": "sub", "branch": branch.pk,
        "is_active": "on",
    }  # fmt: skip
    return {**values, **changes}


def test_a_branch_manager_adds_warehouses_to_the_own_branch_only(client_of, head, riyadh, jeddah):
    client = client_of(head)
    assert client.post(f"{WAREHOUSES}new/", place(riyadh)).status_code == 204
    assert client.post(f"{WAREHOUSES}new/", place(jeddah, code="x")).status_code == 422
    assert client.post(f"{WAREHOUSES}new/", place(riyadh)).status_code == 422  # the code is taken
    assert list(Warehouse.objects.values_list("code", "branch__code")) == [("sub", "riy")]


def test_another_branchs_warehouse_is_not_changed(client_of, head, warehouse_b, riyadh):
    url = f"{WAREHOUSES}{warehouse_b.pk}/"
    client = client_of(head)
    assert client.get(url).status_code == 404
    assert client.post(url, place(riyadh)).status_code == 404
    warehouse_b.refresh_from_db()
    assert warehouse_b.code == "jed"


def test_a_warehouse_closes_when_it_is_empty_and_nothing_is_on_its_way(
    client_of, manager, keeper, stock, warehouse, warehouse_b, riyadh
):
    client, url = client_of(manager), f"{WAREHOUSES}{warehouse.pk}/"
    closed = place(riyadh, code="ruh", is_active="")
    Transfer.objects.create(
        number="T-1", origin=warehouse_b, destination=warehouse, status="sent", created_by=keeper
    )
    assert client.post(url, closed).status_code == 422
    Transfer.objects.all().delete()
    assert client.post(url, closed).status_code == 204
    assert client.post(url, place(riyadh, code="ruh")).status_code == 204
    stock(on_hand=1)
    assert client.post(url, closed).status_code == 422
    warehouse.refresh_from_db()
    assert warehouse.is_active


def test_who_may_not_set_up_sees_no_set_up(client_of, keeper, sales, warehouse):
    for user in (keeper, sales):
        assert client_of(user).get(WAREHOUSES).status_code == 403
        assert client_of(user).post(f"{WAREHOUSES}new/", {}).status_code == 403
    assert client_of(sales).get(SUPPLIERS).status_code == 403


def a_supplier(**changes):
    return {
        "name": "مورد", "currency": "SAR", "lead_days": "5", "is_active": "on", **changes
    }  # fmt: skip


def test_a_supplier_is_added_and_changed_but_not_over_anothers_change(client_of, keeper):
    client = client_of(keeper)
    data = a_supplier(phone="0551234567", tax_id="300123456700003")
    assert client.post(f"{SUPPLIERS}new/", data).status_code == 302
    supplier = Supplier.objects.get()
    assert (supplier.phone, supplier.tax_id) == ("+966551234567", "300123456700003")
    url = reverse("inventory:supplier_edit", args=[supplier.pk])
    assert client.post(url, a_supplier(name="B", version="1")).status_code == 302
    assert client.post(url, a_supplier(name="C", version="1")).status_code == 422
    supplier.refresh_from_db()
    assert (supplier.name, supplier.tax_id) == ("B", "300123456700003")
    assert "300123456700003" not in client.get(url).content.decode()


@pytest.mark.parametrize(
    "change",
    [{"name": ""}, {"phone": "12"}, {"email": "x"}, {"lead_days": "-1"}, {"currency": "RIYAL"}],
)
def test_a_senseless_supplier_is_refused(client_of, keeper, change):
    assert client_of(keeper).post(f"{SUPPLIERS}new/", a_supplier(**change)).status_code == 422
    assert not Supplier.objects.exists()


def test_one_supplier_of_a_product_is_preferred(client_of, keeper, supplier):
    product, client = a_product(), client_of(keeper)
    other = Supplier.objects.create(name="B")
    url = reverse("inventory:offer", args=[product.pk])
    for row in (supplier, other):
        data = {"supplier": row.pk, "price": "10", "minimum": "1", "is_preferred": "on"}
        assert client.post(url, data).status_code == 204
    offer = SupplierProduct.objects.get(is_preferred=True)
    assert offer.supplier == other
    assert (
        client.post(url, {"supplier": other.pk, "price": "-1", "minimum": "0"}).status_code == 422
    )
    remove = reverse("inventory:offer_remove", args=[product.pk, offer.pk])
    client.post(remove)
    assert SupplierProduct.objects.get().supplier == supplier


def test_the_palette_finds_what_the_person_may_see(
    keeper, keeper_b, sales, supplier, warehouse, warehouse_b
):
    product = a_product(name_en="Heat pump", sku="HP-9")
    Transfer.objects.create(
        number="T-00042", origin=warehouse,
        destination=Warehouse.objects.create(
            code="w2", name_ar="م", name_en="W2", branch=warehouse.branch
        ),
        created_by=keeper,
    )  # fmt: skip
    assert [hit.url for hit in find_inventory(sales, "hp-9")] == [product.get_absolute_url()]
    assert not find_inventory(sales, supplier.name)
    assert [hit.label for hit in find_inventory(keeper, "مصنع")] == [supplier.name]
    assert [hit.label for hit in find_inventory(keeper, "t-0004")] == ["T-00042"]
    assert not find_inventory(keeper_b, "t-0004")
    assert not find_inventory(keeper, "  ")
    assert not Inventory.objects.exists()


def test_a_new_supplier_sent_twice_is_one(client_of, keeper, company):
    client, data = client_of(keeper), {"name": "مصنع", "currency": "SAR", "lead_days": "5"}
    page = client.get(f"{SUPPLIERS}new/").content.decode()
    assert 'name="request_id"' in page
    data["request_id"] = "0b6e4f1a-5b1e-4a3e-8f0e-0d9f4a1c2b3d"
    answers = [client.post(f"{SUPPLIERS}new/", data) for _twice in range(2)]
    assert Supplier.objects.count() == 1
    assert {answer.url for answer in answers} == {Supplier.objects.get().get_absolute_url()}


def test_a_bad_code_or_a_name_that_is_taken_is_told_in_the_readers_language(
    client_of, api_of, manager, riyadh
):
    manager.language = "ar"
    manager.save(update_fields=["language"])
    client, api = client_of(manager), api_of(manager)
    category = {"name_ar": "غاز", "name_en": "Gas", "code": "غاز", "position": 0}
    told = [
        client.post(f"{WAREHOUSES}new/", place(riyadh, code="س")).context["form"].errors["code"],
        client.post(CATEGORIES, category).context["form"].errors["code"],
        api.post("/api/v1/product-categories/", category, format="json").json()["errors"]["code"],
    ]
    assert {str(one[0]) for one in told} == {"استعمل حروفاً لاتينية وأرقاماً وشَرطات فقط."}

    assert client.post(CATEGORIES, {**category, "code": "gas"}).status_code == 204
    again = {**category, "name_ar": "غيره", "name_en": "GAS", "code": "gas-2"}
    refused = client.post(CATEGORIES, again)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["name_en"])
    answer = api.post("/api/v1/product-categories/", again, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "name_taken")
    below = {**again, "parent": ProductCategory.objects.get().pk}
    assert client.post(CATEGORIES, below).status_code == 204  # in another place of the tree


def test_categories_of_one_name_are_numbered_before_the_database_keeps_names_apart(db):
    kept = [(model, one) for model in (Category, ProductCategory)
            for one in model._meta.constraints if "_once" in one.name]  # fmt: skip
    with connection.schema_editor() as schema:
        for model, one in kept:
            schema.remove_constraint(model, one)
    for number, name in enumerate(["Gas", "gas", "Gas (2)", "GAS", ""]):
        names = {"name_ar": name or "غاز", "name_en": name}
        Category.objects.create(**names)
        ProductCategory.objects.create(code=f"c{number}", **names)
    root = ProductCategory.objects.first()
    for code in ("below", "beside"):
        ProductCategory.objects.create(code=code, name_ar="غ", name_en="Gas", parent=root)
    connection.check_constraints()
    with connection.schema_editor() as schema:
        for module in ("customers.migrations.0006_category_names_once",
                       "inventory.migrations.0011_category_names_once"):  # fmt: skip
            import_module(module).number_the_doubles(apps, schema)
        for model, one in kept:  # in the same transaction
            schema.add_constraint(model, one)
    numbered = ["Gas", "gas (3)", "Gas (2)", "GAS (4)", ""]
    assert list(Category.objects.order_by("pk").values_list("name_en", flat=True)) == numbered
    rows = ProductCategory.objects.order_by("pk").values_list("name_en", flat=True)
    assert list(rows) == [*numbered, "Gas", "Gas (2)"]

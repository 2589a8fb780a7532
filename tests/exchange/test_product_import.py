"""Products from a file: the SKU says which one it is."""

from decimal import Decimal

import pytest

from exchange.models import Batch
from inventory.models import Inventory, Product, ProductCategory, Warehouse
from inventory.resources import ProductResource
from inventory.services import update_product

HEAD = "SKU,Barcode,Name,English name,Category,Unit,Price,Cost,Tax,On hand,Min stock"


def table(*rows, head=HEAD):
    return "\n".join([head, *rows]).encode()


@pytest.fixture
def store(riyadh):
    return Warehouse.objects.create(code="main", branch=riyadh, name_ar="مستودع", name_en="Store")


@pytest.fixture
def bring(bring_in, manager):
    def run(content, **choices):
        mapping = {"Min stock": "reorder_point"} if b"Min stock" in content else None
        return bring_in(
            manager, content, name="products.csv", resource="products", mapping=mapping, **choices
        )

    return run


def codes(batch):
    return list(batch.errors.filter(is_warning=False).values_list("field", "code"))


def test_every_field_arrives(bring, store):
    cooling = ProductCategory.objects.create(code="cooling", name_ar="تكييف", name_en="Cooling")
    row = 'AC-1,628100,مكيف,Split AC,Home / cooling,حبة,"1,250.50",900,15%,12,3'
    batch = bring(table(row), options={"warehouse": str(store.pk)})
    assert codes(batch) == []
    one = Product.objects.get()
    assert (one.sku, one.barcode, one.name_ar, one.name_en) == (
        "AC-1",
        "628100",
        "مكيف",
        "Split AC",
    )
    assert (one.category, one.unit, one.price, one.cost) == (
        cooling,
        "piece",
        Decimal("1250.500"),
        Decimal(900),
    )
    stock = Inventory.objects.get()
    assert (stock.on_hand, stock.reorder_point, stock.average_cost) == (12, 3, 900)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",1,x,,,,,,,,", ("sku", "required")),
        ("A,,,,,,,,,,", ("name_ar", "no_name")),
        ("A,,x,,Unknown,,,,,,", ("category", "unknown_category")),
        ("A,,x,,,bushel,,,,,", ("unit", "unknown_choice")),
        ("A,,x,,,,-5,,,,", ("price", "negative")),
        ("A,,x,,,,ten,,,,", ("price", "not_a_number")),
        ("A,,x,,,,99999999999999999,,,,", ("price", "too_large")),
        ("A,,x,,,,,,115,,", ("tax_percent", "tax_not_percent")),
        ("A,,x,,,,,,,5,", ("opening", "no_warehouse")),
        (f"{'A' * 41},,x,,,,,,,,", ("sku", "too_long")),
    ],
)
def test_a_bad_cell_keeps_its_row_out(row, code, bring):
    batch = bring(table(row, "OK-1,,good,,,,,,,,"))
    assert code in codes(batch)
    assert [one.sku for one in Product.objects.all()] == ["OK-1"]


def test_a_barcode_belongs_to_one_product(bring):
    batch = bring(table("A,111,x,,,,,,,,", "B,111,y,,,,,,,,", "C,222,z,,,,,,,,"))
    assert codes(batch) == [("barcode", "barcode_repeated")]
    again = bring(table("D,222,w,,,,,,,,"))
    assert codes(again) == [("barcode", "barcode_taken")]


def test_the_same_file_again_finds_every_product(bring):
    content = table("A,111,x,,,,10,,,,", "B,,y,,,,20,,,,")
    bring(content)
    again = bring(content)
    assert (again.created_count, again.skipped_count) == (0, 2)


def test_filling_in_and_taking_it_back(bring, take_back):
    bring(table("A,111,x,,,,10,,,,"))
    batch = bring(
        table("A,,,Split,,,12.5,,,,", "B,,y,,,,,,,,"), on_duplicate=Batch.OnDuplicate.UPDATE
    )
    one = Product.objects.get(sku="A")
    assert (one.name_en, one.price, one.barcode) == ("Split", Decimal("12.5"), "111")
    batch = take_back(batch)
    one = Product.objects.get()
    assert (one.name_en, one.price, batch.kept_count) == ("", Decimal(10), 0)


def test_what_is_used_or_changed_stays(bring, take_back, manager, store):
    content = table("A,,x,,,,,,,4,", "B,,y,,,,,,,,2", "C,,z,,,,,,,,")
    batch = bring(content, options={"warehouse": str(store.pk)})
    update_product(Product.objects.get(sku="C"), {"price": Decimal(5)}, actor=manager)
    batch = take_back(batch)
    assert [one.sku for one in Product.objects.all()] == ["A", "C"]
    assert batch.kept_count == 2


def test_costs_are_no_field_for_those_who_may_not_see_them(manager):
    fields = {field.code for field in ProductResource().fields(manager)}
    manager.role.hidden_fields = {"inventory.cost": "hidden"}
    assert fields - {field.code for field in ProductResource().fields(manager)} == {"cost"}

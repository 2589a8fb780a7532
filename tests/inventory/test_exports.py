"""Products and stock as files: the filtered list, in the reader's language, harmless, costs hidden."""

import csv
import io
import json

import pytest
from django.http import StreamingHttpResponse
from django.urls import reverse
from python_calamine import CalamineWorkbook

from accounts.models import Activity
from inventory.models import Inventory
from tests.inventory.conftest import a_product, receive

FORMATS = ("csv", "xlsx", "json", "jsonl")
SECRET = "7391"  # a cost that nothing else in a file is


def taken(client, name: str, **query: str) -> bytes:
    answer = client.get(reverse(f"inventory:{name}_export"), query)
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(answer.streaming_content)


def table(content: bytes, kind: str) -> list[list[str]]:
    """The cells of a file of any format, the head first."""
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    if kind == "xlsx":
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        return [[str(cell) for cell in row] for row in sheet.to_python()]
    text = content.decode()
    rows = json.loads(text) if kind == "json" else [json.loads(one) for one in text.splitlines()]
    return [list(rows[0]), *[list(map(str, row.values())) for row in rows]]


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_holds_exactly_the_filtered_list(client_of, keeper, stock, kind):
    stock(on_hand=5, sku="WANTED"), stock(on_hand=7, sku="OTHER")
    rows = table(taken(client_of(keeper), "products", format=kind, q="wanted"), kind)
    assert [row[0] for row in rows[1:]] == ["WANTED"]
    assert float(rows[1][rows[0].index("On hand")]) == 5
    entry = Activity.objects.get(verb="products.exported")
    assert (entry.actor, entry.changes["format"]) == (keeper, kind)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", ["products", "stock"])
def test_costs_are_in_no_file_of_a_role_that_does_not_see_them(
    client_of, keeper, stock, warehouse, kind, name
):
    item = stock(on_hand=5, cost=SECRET)
    item.product.cost = SECRET
    item.product.save()
    assert SECRET in str(table(taken(client_of(keeper), name, format=kind), kind))
    keeper.role.hidden_fields = {"inventory.cost": "hidden"}
    keeper.role.save()
    assert SECRET not in str(table(taken(client_of(keeper), name, format=kind), kind))


@pytest.mark.parametrize("name", ["products", "stock"])
def test_head_and_cells_are_in_the_readers_language(client_of, keeper, stock, name):
    stock(on_hand=5, name_ar="مكيّف", name_en="Cooler")
    keeper.language = "ar"
    keeper.save()
    rows = table(taken(client_of(keeper), name), "csv")
    assert "متاح" in rows[0] or "المتاح" in rows[0]
    assert not {"Yes", "No", "Stocked", "piece", "Cooler"} & set(rows[1]) - {rows[1][3]}
    if name == "products":
        assert {"نعم", "قطعة"} <= set(rows[1])
    else:
        assert "مكيّف" in rows[1]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_is_a_formula(client_of, keeper, stock, warehouse, kind):
    hostile = a_product(sku="=EVIL", name_ar="+1", name_en="@SUM(A1)", barcode="-9")
    receive(hostile, warehouse, 1)
    Inventory.objects.update(bin="\t=1+1")
    for name in ("products", "stock"):
        cells = table(taken(client_of(keeper), name, format=kind), kind)[1]
        texts = [cell for cell in cells if not cell.replace(".", "").isdigit()]
        assert not [text for text in texts if text.lstrip()[:1] in tuple("=+-@") and text]


@pytest.mark.parametrize("kind", ["pdf", "CSV", "csv ", "../x"])
def test_an_unknown_format_is_refused_and_not_logged(client_of, keeper, kind):
    answer = client_of(keeper).get(reverse("inventory:stock_export"), {"format": kind})
    assert answer.status_code == 400
    assert not Activity.objects.filter(verb="stock.exported").exists()


def test_a_file_is_made_while_it_is_sent(client_of, keeper, stock, django_assert_max_num_queries):
    """Nothing is read before the first piece is asked for, and then in few queries."""
    for _turn in range(3):
        stock(on_hand=1)
    answer = client_of(keeper).get(reverse("inventory:products_export"))
    with django_assert_max_num_queries(3) as read:
        assert b"T-" in b"".join(answer.streaming_content)
    assert len(read) >= 1

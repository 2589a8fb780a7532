"""Counts compare with the stock of the moment in which a line was counted."""

import uuid

import pytest
from django.urls import reverse

from inventory.models import Inventory, Lot, ProductCategory, StockCount, StockMovement
from tests.inventory.conftest import a_product, receive, the_sums_are_right

NEW = "/inventory/counts/new/"


def opened(client, warehouse, **more) -> StockCount:
    data = {"warehouse": warehouse.pk, "request_id": str(uuid.uuid4()), **more}
    assert client.post(NEW, data).status_code == 302
    return StockCount.objects.latest("pk")


def count(client, sheet, product, counted):
    line = sheet.lines.get(product=product)
    url = reverse("inventory:count_line", args=[sheet.pk, line.pk])
    return client.post(url, {"counted": counted}, HTTP_HX_REQUEST="true")


def step(client, sheet, name):
    return client.post(reverse(f"inventory:count_{name}", args=[sheet.pk]), follow=True)


def on_hand(item) -> int:
    item.refresh_from_db()
    return item.on_hand


def test_posting_adjusts_by_the_difference_once(client_of, keeper, stock, warehouse):
    short, over, same, left = (stock(on_hand=10) for _turn in range(4))
    client = client_of(keeper)
    sheet = opened(client, warehouse)
    for item, found in ((short, "8"), (over, "١٣"), (same, "10")):
        assert count(client, sheet, item.product, found).status_code == 200
    for _twice in range(2):
        step(client, sheet, "post")
    assert [on_hand(item) for item in (short, over, same, left)] == [8, 13, 10, 10]
    kinds = StockMovement.objects.filter(kind="adjustment")
    assert sorted(kinds.values_list("quantity", flat=True)) == [-2, 3]
    assert {row.reference for row in kinds} == {sheet.number}
    assert the_sums_are_right()


def test_what_moves_before_and_after_a_line_is_counted_does_not_disturb(
    client_of, keeper, stock, warehouse
):
    item, client = stock(on_hand=10), client_of(keeper)
    sheet = opened(client, warehouse)
    receive(item.product, warehouse, 5)  # before: 15 are expected when the line is counted
    count(client, sheet, item.product, "14")  # one is missing
    receive(item.product, warehouse, 6)  # after
    step(client, sheet, "post")
    assert on_hand(item) == 20


def test_two_counts_of_one_product_do_not_correct_twice(client_of, keeper, stock, warehouse):
    item, client = stock(on_hand=10), client_of(keeper)
    first, second = opened(client, warehouse), opened(client, warehouse)
    count(client, first, item.product, "8")
    count(client, second, item.product, "8")
    step(client, first, "post")
    step(client, second, "post")
    assert on_hand(item) == 8


def test_a_scanner_counts_piece_by_piece_and_adds_what_was_not_listed(
    client_of, keeper, stock, warehouse
):
    item, client = stock(on_hand=3, barcode="6281"), client_of(keeper)
    sheet = opened(client, warehouse)
    found = a_product(barcode="7777", cost=20)
    url = reverse("inventory:count_scan", args=[sheet.pk])
    for code in ("6281", "6281", "7777"):
        client.post(url, {"code": code}, HTTP_HX_REQUEST="true")
    unknown = client.post(url, {"code": "0000"}, HTTP_HX_REQUEST="true")
    assert unknown.context["is_problem"]
    step(client, sheet, "post")
    assert on_hand(item) == 2
    surplus = Inventory.objects.get(product=found)
    assert (surplus.on_hand, surplus.average_cost) == (1, 20)


def test_lots_are_counted_one_by_one(client_of, keeper, warehouse):
    product = a_product(tracking="lot")
    for number, quantity in (("L-1", 4), ("L-2", 6)):
        lot = Lot.objects.create(product=product, number=number)
        receive(product, warehouse, quantity, lot_id=lot.pk)
    client = client_of(keeper)
    sheet = opened(client, warehouse)
    line = sheet.lines.get(lot__number="L-2")
    url = reverse("inventory:count_line", args=[sheet.pk, line.pk])
    client.post(url, {"counted": "5"})
    step(client, sheet, "post")
    assert Inventory.objects.get(product=product).on_hand == 9
    assert Lot.objects.get(number="L-2").stocks.get().on_hand == 5


def test_a_count_of_a_category_lists_only_that(client_of, keeper, stock, warehouse):
    category = ProductCategory.objects.create(name_ar="غاز", name_en="Gas", code="gas")
    inside, _outside = stock(on_hand=1, category=category), stock(on_hand=1)
    sheet = opened(client_of(keeper), warehouse, category=category.pk)
    assert [line.product for line in sheet.lines.all()] == [inside.product]


def test_promised_goods_that_are_missing_stop_the_posting(client_of, keeper, stock, warehouse):
    from inventory.services import Want, reserve_stock

    item, other, client = stock(on_hand=5), stock(on_hand=5), client_of(keeper)
    wanted = Want(
        product_id=item.product_id, warehouse_id=warehouse.pk, quantity=4, source="order:1"
    )
    reserve_stock([wanted], reference="SO-1", actor=None)
    sheet = opened(client, warehouse)
    count(client, sheet, item.product, "2")
    count(client, sheet, other.product, "4")
    step(client, sheet, "post")
    sheet.refresh_from_db()
    assert sheet.status == "open"
    assert (on_hand(item), on_hand(other)) == (5, 5)


def test_a_cancelled_count_adjusts_nothing_and_takes_no_more(client_of, keeper, stock, warehouse):
    item, client = stock(on_hand=5), client_of(keeper)
    sheet = opened(client, warehouse)
    count(client, sheet, item.product, "1")
    step(client, sheet, "cancel")
    assert count(client, sheet, item.product, "2").status_code == 409
    step(client, sheet, "post")
    assert on_hand(item) == 5


@pytest.mark.parametrize("counted", ["", "-1", "x", "NaN", "9" * 30])
def test_a_senseless_number_is_refused_in_its_line(client_of, keeper, stock, warehouse, counted):
    item, client = stock(on_hand=5), client_of(keeper)
    sheet = opened(client, warehouse)
    assert count(client, sheet, item.product, counted).status_code == 422
    assert sheet.lines.get().counted is None


def test_the_same_submit_twice_opens_one_count(client_of, keeper, stock, warehouse):
    stock(on_hand=1)
    client, key = client_of(keeper), str(uuid.uuid4())
    opened(client, warehouse, request_id=key)
    opened(client, warehouse, request_id=key)
    assert StockCount.objects.count() == 1


def test_nothing_counted_is_not_posted(client_of, keeper, stock, warehouse):
    stock(on_hand=5)
    client = client_of(keeper)
    sheet = opened(client, warehouse)
    step(client, sheet, "post")
    sheet.refresh_from_db()
    assert sheet.status == "open"


def test_the_pages_of_a_count_hold_each_line_once_while_it_grows(
    client_of, keeper, stock, warehouse, monkeypatch
):
    """What another person scans in meanwhile is not on a later page; a scan here shows it."""
    from inventory.views import counts

    monkeypatch.setattr(counts, "PAGE_SIZE", 2)
    for _turn in range(3):
        stock(on_hand=1)
    client = client_of(keeper)
    sheet = opened(client, warehouse)
    page = client.get(sheet.get_absolute_url())
    until = page.context["until"]
    scan = reverse("inventory:count_scan", args=[sheet.pk])
    a_product(barcode="7777")
    for _turn in range(2):
        added = client.post(scan, {"code": "7777", "until": until}).context
        assert [line.counted for line in added["added"]] == [added["line"].counted]
    second = client.get(page.context["next_url"])
    shown = [line.pk for answer in (page, second) for line in answer.context["lines"]]
    assert len(shown) == len(set(shown)) == 3
    assert added["line"].pk not in shown
    assert added["line"].counted == 2


@pytest.mark.parametrize("until", ["", "x", "-1", "9" * 40, "٣", "1e3"])
def test_a_made_up_place_in_a_count_is_harmless(client_of, keeper, stock, warehouse, until):
    stock(on_hand=1, barcode="6281")
    client = client_of(keeper)
    sheet = opened(client, warehouse)
    scan = reverse("inventory:count_scan", args=[sheet.pk])
    assert client.post(scan, {"code": "6281", "until": until}).status_code == 200
    assert client.get(sheet.get_absolute_url(), {"after": "x", "until": until}).status_code == 200

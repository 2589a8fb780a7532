"""Receiving, issuing and adjusting: by scanner or keyboard, each submit once."""

import uuid

import pytest
from django.urls import reverse

from accounts.models import Activity
from inventory.models import Inventory, Lot, LotStock, StockMovement
from tests.inventory.conftest import a_product, lines_of, receive, the_sums_are_right

RECEIVE, ISSUE, ADJUST = "/inventory/receive/", "/inventory/issue/", "/inventory/adjust/"


def sheet(warehouse, *lines, **more):
    head = {"warehouse": warehouse.pk, "reason": "test", "request_id": str(uuid.uuid4())}
    return {**head, **lines_of(*lines), **more}


def on_hand(product) -> int:
    return sum(Inventory.objects.filter(product=product).values_list("on_hand", flat=True))


def test_a_receipt_comes_in_once_however_often_it_is_sent(client_of, keeper, warehouse):
    product, client = a_product(cost=40), client_of(keeper)
    data = sheet(warehouse, {"product": product.pk, "quantity": "٣", "cost": "50"})
    for _turn in range(2):
        assert client.post(RECEIVE, data).status_code == 302
    item = Inventory.objects.get()
    assert (item.on_hand, item.average_cost) == (3, 50)
    assert StockMovement.objects.count() == 1
    assert Activity.objects.filter(verb="stock.receipt").count() == 1


def test_without_a_cost_goods_come_at_the_standard_cost(client_of, keeper, warehouse):
    product = a_product(cost=40)
    client_of(keeper).post(RECEIVE, sheet(warehouse, {"product": product.pk, "quantity": 1}))
    assert Inventory.objects.get().average_cost == 40


def test_an_issue_needs_a_reason_and_what_it_takes(client_of, keeper, stock, warehouse):
    item, client = stock(on_hand=3), client_of(keeper)
    line = {"product": item.product_id, "quantity": 2}
    assert client.post(ISSUE, sheet(warehouse, line, reason="")).status_code == 422
    assert client.post(ISSUE, sheet(warehouse, {**line, "quantity": 4})).status_code == 422
    assert on_hand(item.product) == 3
    assert client.post(ISSUE, sheet(warehouse, line)).status_code == 302
    assert on_hand(item.product) == 1


def test_one_line_too_many_refuses_the_whole_sheet(client_of, keeper, stock, warehouse):
    plenty, scarce = stock(on_hand=9), stock(on_hand=1)
    lines = [{"product": one.product_id, "quantity": 2} for one in (plenty, scarce)]
    answer = client_of(keeper).post(ISSUE, sheet(warehouse, *lines))
    assert answer.status_code == 422
    assert (on_hand(plenty.product), on_hand(scarce.product)) == (9, 1)


@pytest.mark.parametrize(
    "quantity", ["", "0", "-1", "NaN", "Infinity", "1e5", "9" * 20, "1.0001", "x", "1" * 5000]
)
def test_a_senseless_quantity_is_refused_at_its_line(client_of, keeper, warehouse, quantity):
    product = a_product()
    line = {"product": product.pk, "quantity": quantity}
    answer = client_of(keeper).post(RECEIVE, sheet(warehouse, line))
    assert answer.status_code == 422
    assert not StockMovement.objects.exists()


def test_an_adjustment_goes_both_ways(client_of, keeper, stock, warehouse):
    item, client = stock(on_hand=5), client_of(keeper)
    for change in ("-2", "4"):
        line = {"product": item.product_id, "quantity": change}
        assert client.post(ADJUST, sheet(warehouse, line)).status_code == 302
    assert on_hand(item.product) == 7


def test_another_branchs_warehouse_is_no_choice(client_of, keeper, warehouse_b):
    product = a_product()
    line = {"product": product.pk, "quantity": 1}
    answer = client_of(keeper).post(RECEIVE, sheet(warehouse_b, line))
    assert "warehouse" in answer.context["form"].errors
    assert not StockMovement.objects.exists()


def test_who_may_not_move_stock_moves_none(client_of, sales, auditor, warehouse):
    data = sheet(warehouse, {"product": a_product().pk, "quantity": 1})
    for user in (sales, auditor):
        for url in (RECEIVE, ISSUE, ADJUST):
            assert client_of(user).post(url, data).status_code == 403
    assert not StockMovement.objects.exists()


def test_services_and_empty_sheets_are_refused(client_of, keeper, warehouse):
    client = client_of(keeper)
    service = {"product": a_product(kind="service").pk, "quantity": 1}
    assert client.post(RECEIVE, sheet(warehouse, service)).status_code == 422
    assert client.post(RECEIVE, sheet(warehouse)).status_code == 422
    assert not StockMovement.objects.exists()


def test_each_serial_number_is_one_piece(client_of, keeper, warehouse):
    product, client = a_product(tracking="serial"), client_of(keeper)
    line = {"product": product.pk, "quantity": 2, "lot": "S-1"}
    assert client.post(RECEIVE, sheet(warehouse, line)).status_code == 422  # one number, two pieces
    assert client.post(RECEIVE, sheet(warehouse, {**line, "lot": "S-1, S-2"})).status_code == 302
    again = client.post(RECEIVE, sheet(warehouse, {**line, "quantity": 1}))
    assert again.status_code == 422
    twice = client.post(RECEIVE, sheet(warehouse, {**line, "lot": "S-9 S-9"}))
    assert twice.status_code == 422
    assert set(LotStock.objects.values_list("lot__number", "on_hand")) == {("S-1", 1), ("S-2", 1)}
    assert not Lot.objects.filter(number="S-9").exists()
    gone = client.post(ISSUE, sheet(warehouse, {**line, "quantity": 1}))
    assert gone.status_code == 302
    assert on_hand(product) == 1
    assert the_sums_are_right()


def test_a_tracked_product_needs_its_lot(client_of, keeper, warehouse):
    product = a_product(tracking="lot")
    line = {"product": product.pk, "quantity": 5}
    answer = client_of(keeper).post(RECEIVE, sheet(warehouse, line))
    assert answer.status_code == 422
    assert not StockMovement.objects.exists()


def test_what_is_wrong_with_a_lot_is_told_in_words(client_of, keeper, warehouse):
    keeper.language = "en"
    keeper.save(update_fields=["language"])
    product, client = a_product(tracking="lot", name_en="Gas"), client_of(keeper)
    line = {"product": product.pk, "quantity": 5, "lot": "L-1"}
    dated = client.post(RECEIVE, sheet(warehouse, {**line, "expires": "1999-01-01"}))
    assert (dated.status_code, "This is not a date." in dated.content.decode()) == (422, True)
    assert client.post(RECEIVE, sheet(warehouse, line)).status_code == 302
    more = {"product": product.pk, "quantity": 3, "lot": "L-2"}
    assert client.post(RECEIVE, sheet(warehouse, more)).status_code == 302
    short = client.post(ISSUE, sheet(warehouse, {**line, "quantity": 6}))
    (told,) = short.context["form"].non_field_errors()
    place = warehouse.name_en
    assert told == f"Gas, \u2068L-1\u2069: 5 available in {place}, 6 needed."


def scan(client, kind, code, lines=(), **more):
    url = reverse("inventory:lines", args=[kind])
    return client.post(url, {"code": code, **lines_of(*lines), **more}, HTTP_HX_REQUEST="true")


def test_scanning_adds_a_line_and_then_one_more(client_of, keeper, stock, warehouse):
    item = stock(on_hand=4, sku="AC-18", barcode="6281")
    client = client_of(keeper)
    first = scan(client, "issue", "6281", warehouse=warehouse.pk)
    (line,) = first.context["lines"]
    assert (line.product, line.quantity, line.available) == (item.product, "1", 4)
    second = scan(client, "issue", "ac-18", [{"product": item.product_id, "quantity": "2"}])
    assert [line.quantity for line in second.context["lines"]] == ["3"]
    assert "autofocus" in second.content.decode()
    assert StockMovement.objects.count() == 1  # scanning books nothing


def test_scanning_a_serial_number_finds_its_piece(client_of, keeper, warehouse):
    product = a_product(tracking="serial")
    for number in ("S-1", "S-2"):
        lot = Lot.objects.create(product=product, number=number, is_serial=True)
        receive(product, warehouse, 1, lot_id=lot.pk)
    client = client_of(keeper)
    first = scan(client, "issue", "S-1").context["lines"]
    assert [(line.lot, line.quantity) for line in first] == [("S-1", "1")]
    both = scan(client, "issue", "S-2", [{"product": product.pk, "quantity": "1", "lot": "S-1"}])
    assert [(line.lot, line.quantity) for line in both.context["lines"]] == [("S-1 S-2", "2")]


def test_an_unknown_code_is_said_and_keeps_the_lines(client_of, keeper):
    product, client = a_product(), client_of(keeper)
    answer = scan(client, "receive", "nothing-like-it", [{"product": product.pk, "quantity": "2"}])
    assert answer.context["is_problem"]
    assert [line.quantity for line in answer.context["lines"]] == ["2"]


def test_a_line_can_be_taken_away(client_of, keeper):
    one, other = a_product(), a_product()
    lines = [{"product": one.pk, "quantity": 1}, {"product": other.pk, "quantity": 1}]
    url = reverse("inventory:lines", args=["receive"]) + "?drop=0"
    answer = client_of(keeper).post(url, lines_of(*lines))
    assert [line.product for line in answer.context["lines"]] == [other]

"""A delivery counted by scanner: a code finds its line, one more piece a scan, nothing is saved yet."""

import uuid

import pytest
from django.urls import reverse

from inventory.models import Lot, PurchaseOrder, PurchaseOrderLine
from tests.inventory.conftest import a_product


@pytest.fixture
def order(keeper, supplier, warehouse):
    """Three plain pieces, two with serial numbers and five of a lot."""
    order = PurchaseOrder.objects.create(
        number="P-1", supplier=supplier, warehouse=warehouse, status="ordered", created_by=keeper
    )
    for sku, tracking, quantity in (
        ("PLAIN", "none", 3),
        ("SERIAL", "serial", 2),
        ("LOT", "lot", 5),
    ):
        product = a_product(
            sku=sku, barcode=f"628{quantity}", tracking=tracking, name_en=f"The {sku}"
        )
        PurchaseOrderLine.objects.create(
            order=order, product=product, quantity=quantity, unit_cost=5
        )
    return order


class Door:
    """The page as a browser keeps it between two scans."""

    def __init__(self, client, order) -> None:
        self.client, self.order = client, order
        page = client.get(reverse("inventory:purchase_receive", args=[order.pk]))
        self.take(page)

    def take(self, answer) -> None:
        self.context = answer.context
        counting = answer.context["counting"]
        self.data = {
            "counting": "1" if counting.is_counting else "",
            "waiting": counting.waiting,
            "request_id": str(uuid.uuid4()),
        }
        for line, text in answer.context["rows"]:
            self.data |= {f"quantity-{line.pk}": text.quantity, f"lot-{line.pk}": text.lot}

    def scan(self, code: str) -> "Door":
        url = reverse("inventory:purchase_scan", args=[self.order.pk])
        answer = self.client.post(url, {**self.data, "code": code}, HTTP_HX_REQUEST="true")
        assert answer.status_code == 200
        self.take(answer)
        return self

    def type(self, sku: str, quantity: str) -> None:
        self.data[f"quantity-{self.order.lines.get(product__sku=sku).pk}"] = quantity

    def receive(self):
        url = reverse("inventory:purchase_receive", args=[self.order.pk])
        return self.client.post(url, self.data)

    @property
    def quantities(self) -> dict[str, str]:
        return {line.product.sku: text.quantity for line, text in self.context["rows"]}

    @property
    def note(self) -> tuple[str, bool]:
        return self.context["counting"].note, self.context["counting"].is_problem


@pytest.fixture
def door(client_of, keeper, order):
    return Door(client_of(keeper), order)


def test_the_first_scan_counts_from_zero_and_each_scan_adds_one(door, order):
    assert door.quantities == {"PLAIN": "3", "SERIAL": "2", "LOT": "5"}
    door.scan("6283")
    assert door.quantities == {"PLAIN": "1", "SERIAL": "0", "LOT": "0"}
    assert door.scan("plain").quantities["PLAIN"] == "2"
    assert door.scan("The PLAIN").quantities["PLAIN"] == "3"
    assert door.note == ("The PLAIN: 3", False)
    assert not order.lines.exclude(received=0).exists()


def test_the_line_that_was_scanned_comes_first(door):
    door.scan("LOT")
    assert next(line.product.sku for line, _text in door.context["rows"]) == "LOT"
    door.scan("6283")
    assert [line.product.sku for line, _text in door.context["rows"]] == ["PLAIN", "SERIAL", "LOT"]


def test_what_was_typed_before_the_first_scan_stays(door):
    door.type("LOT", "4")
    assert door.scan("6283").quantities == {"PLAIN": "1", "SERIAL": "0", "LOT": "4"}


def test_no_more_than_is_expected_is_counted(door):
    for _turn in range(4):
        door.scan("6283")
    assert door.quantities["PLAIN"] == "3"
    assert door.note[1]


@pytest.mark.parametrize("code", ["0000", "x" * 200, "%", "SERIAL 7", "٦٢"])
def test_what_is_not_ordered_changes_nothing(door, code):
    before = door.quantities
    door.scan(code)
    assert door.note[1]
    assert door.quantities == before


def test_serial_numbers_are_scanned_after_their_product(door, order):
    door.scan("6282")
    assert door.quantities["SERIAL"] == "0"
    door.scan("SN-1")
    door.scan("SN-1")
    assert (door.quantities["SERIAL"], door.note[1]) == ("1", True)
    door.scan("SN-2")
    door.scan("SN-3")
    assert (door.quantities["SERIAL"], door.note[1]) == ("2", True)
    door.scan("6283")  # another product ends it
    door.scan("SN-9")
    assert door.note[1]
    assert door.receive().status_code == 302
    assert set(Lot.objects.values_list("number", flat=True)) == {"SN-1", "SN-2"}
    received = dict(order.lines.values_list("product__sku", "received"))
    assert received == {"PLAIN": 1, "SERIAL": 2, "LOT": 0}


def test_a_lot_is_scanned_once_and_its_product_for_each_piece(door, order):
    for code in ("6285", "L-26", "6285", "L-26"):
        door.scan(code)
    assert door.quantities["LOT"] == "2"
    assert door.scan("L-27").note[1]  # one lot of a product at a time
    door.receive()
    assert order.lines.get(product__sku="LOT").received == 2
    assert Lot.objects.get().number == "L-26"


def test_a_number_that_is_known_already_finds_its_product(door, order):
    product = order.lines.get(product__sku="SERIAL").product
    Lot.objects.create(product=product, number="SN-7", is_serial=True)
    door.scan("SN-7")
    assert door.quantities["SERIAL"] == "1"


@pytest.mark.parametrize("waiting", ["x", "-1", "9" * 40, "9" * 5000, "", "٣"])
def test_a_made_up_state_is_harmless(door, waiting):
    door.data["waiting"] = waiting
    door.scan("0000")
    assert door.note[1]


def test_another_branchs_order_is_not_there(client_of, keeper_b, sales, order):
    url = reverse("inventory:purchase_scan", args=[order.pk])
    assert client_of(keeper_b).post(url, {"code": "6283"}).status_code == 404
    assert client_of(sales).post(url, {"code": "6283"}).status_code == 403

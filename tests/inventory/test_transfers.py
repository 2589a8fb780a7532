"""Transfers: out when sent, in transit, in when received; the cost goes along."""

import uuid

import pytest
from django.urls import reverse

from inventory.models import Inventory, Lot, LotStock, Transfer
from tests.inventory.conftest import a_product, lines_of, receive, the_sums_are_right

NEW = "/inventory/transfers/new/"


@pytest.fixture
def written(client_of, keeper, stock, warehouse, warehouse_b):
    """A draft of 6 pieces that cost 50 each, from Riyadh to Jeddah."""
    item = stock(on_hand=10, cost="50")
    data = {
        "origin": warehouse.pk, "destination": warehouse_b.pk, "request_id": str(uuid.uuid4()),
        **lines_of({"product": item.product_id, "quantity": 6}),
    }  # fmt: skip
    client = client_of(keeper)
    assert client.post(NEW, data).status_code == client.post(NEW, data).status_code == 302
    return Transfer.objects.get()


def step(client, transfer, name, **data):
    return client.post(reverse(f"inventory:transfer_{name}", args=[transfer.pk]), data)


def arrive(client, transfer, quantity, request_id=None):
    line = transfer.lines.get()
    data = {f"quantity-{line.pk}": quantity, "request_id": str(request_id or uuid.uuid4())}
    return step(client, transfer, "receive", **data)


def quantities(warehouse, warehouse_b):
    def at(place):
        row = Inventory.objects.filter(warehouse=place).first()
        return (row.on_hand, row.average_cost) if row else (0, 0)

    return at(warehouse), at(warehouse_b)


def test_goods_leave_when_sent_and_come_in_parts_at_their_cost(
    client_of, keeper, keeper_b, written, warehouse, warehouse_b
):
    sender, receiver = client_of(keeper), client_of(keeper_b)
    assert quantities(warehouse, warehouse_b) == ((10, 50), (0, 0))
    for _twice in range(2):
        step(sender, written, "send")
    assert quantities(warehouse, warehouse_b) == ((4, 50), (0, 0))
    assert "6" in receiver.get(written.get_absolute_url()).content.decode()

    arrive(receiver, written, "2")
    written.refresh_from_db()
    assert written.status == "sent"
    arrive(receiver, written, "4")
    written.refresh_from_db()
    assert written.status == "received"
    assert quantities(warehouse, warehouse_b) == ((4, 50), (6, 50))
    assert the_sums_are_right()


def test_the_same_arrival_twice_is_one(client_of, keeper, keeper_b, written, warehouse_b):
    step(client_of(keeper), written, "send")
    key = uuid.uuid4()
    for _twice in range(2):
        assert arrive(client_of(keeper_b), written, "2", key).status_code == 302
    assert Inventory.objects.get(warehouse=warehouse_b).on_hand == 2
    assert written.lines.get().received == 2


@pytest.mark.parametrize("quantity", ["7", "0", "", "-1", "x", "1e3"])
def test_more_than_was_sent_and_nothing_are_refused(
    client_of, keeper, keeper_b, written, warehouse_b, quantity
):
    step(client_of(keeper), written, "send")
    assert arrive(client_of(keeper_b), written, quantity).status_code == 422
    assert not Inventory.objects.filter(warehouse=warehouse_b, on_hand__gt=0).exists()


def test_each_end_does_its_own_part(client_of, keeper, keeper_b, written):
    receiver, sender = client_of(keeper_b), client_of(keeper)
    step(receiver, written, "send")
    written.refresh_from_db()
    assert written.status == "draft"  # only the origin sends
    step(sender, written, "send")
    assert arrive(sender, written, "1").status_code == 422  # only the destination receives
    assert written.lines.get().received == 0


def test_a_draft_is_cancelled_and_moves_nothing(client_of, keeper, written, warehouse, warehouse_b):
    step(client_of(keeper), written, "cancel")
    step(client_of(keeper), written, "send")
    written.refresh_from_db()
    assert written.status == "cancelled"
    assert quantities(warehouse, warehouse_b) == ((10, 50), (0, 0))


def test_what_is_in_transit_comes_back_at_its_cost(client_of, keeper, written, stock, warehouse):
    client = client_of(keeper)
    step(client, written, "send")
    receive(written.lines.get().product, warehouse, 4, cost="90")  # the average moves meanwhile
    step(client, written, "cancel")
    written.refresh_from_db()
    item = Inventory.objects.get(warehouse=warehouse)
    assert written.status == "cancelled"
    assert item.on_hand == 14
    assert round(item.value, 2) == 4 * 50 + 4 * 90 + 6 * 50


def test_the_rest_comes_back_after_a_part_arrived(
    client_of, keeper, keeper_b, written, warehouse, warehouse_b
):
    step(client_of(keeper), written, "send")
    arrive(client_of(keeper_b), written, "2")
    step(client_of(keeper), written, "cancel")
    written.refresh_from_db()
    assert written.status == "received"
    assert quantities(warehouse, warehouse_b) == ((8, 50), (2, 50))


def test_sending_more_than_is_free_sends_nothing(client_of, keeper, written, warehouse):
    from inventory.services import Want, reserve_stock

    product = written.lines.get().product
    wanted = Want(product_id=product.pk, warehouse_id=warehouse.pk, quantity=5, source="order:1")
    reserve_stock([wanted], reference="SO-1", actor=None)
    answer = client_of(keeper).post(
        reverse("inventory:transfer_send", args=[written.pk]), follow=True
    )
    written.refresh_from_db()
    assert written.status == "draft"
    assert "5 available" in " ".join(map(str, answer.context["messages"]))


def test_a_serial_number_travels(client_of, keeper, keeper_b, warehouse, warehouse_b):
    product = a_product(tracking="serial")
    lot = Lot.objects.create(product=product, number="S-1", is_serial=True)
    receive(product, warehouse, 1, lot_id=lot.pk)
    data = {
        "origin": warehouse.pk, "destination": warehouse_b.pk, "request_id": str(uuid.uuid4()),
        **lines_of({"product": product.pk, "quantity": 1, "lot": "S-1"}),
    }  # fmt: skip
    client_of(keeper).post(NEW, data)
    transfer = Transfer.objects.get()
    step(client_of(keeper), transfer, "send")
    arrive(client_of(keeper_b), transfer, "1")
    places = LotStock.objects.filter(on_hand=1).values_list("inventory__warehouse__code", flat=True)
    assert list(places) == ["jed"]


@pytest.mark.parametrize(
    "change",
    [
        {"destination": "origin"},
        {"origin": "other"},
        {"line-quantity": ["x"]},
        {"line-product": []},
    ],
)
def test_a_senseless_transfer_is_not_written(
    client_of, keeper, stock, warehouse, warehouse_b, change
):
    item = stock(on_hand=10)
    data = {
        "origin": warehouse.pk, "destination": warehouse_b.pk, "request_id": str(uuid.uuid4()),
        **lines_of({"product": item.product_id, "quantity": 6}),
    }  # fmt: skip
    known = {"origin": warehouse.pk, "other": warehouse_b.pk}
    data |= {name: known.get(str(value), value) for name, value in change.items()}
    assert client_of(keeper).post(NEW, data).status_code == 422
    assert not Transfer.objects.exists()

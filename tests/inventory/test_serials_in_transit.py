"""A piece that was sent comes in where it was sent to, or back: nowhere else, and not as new."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from inventory.errors import SerialInTransit, SerialTaken
from inventory.models import (
    Inventory,
    Lot,
    LotStock,
    StockCount,
    StockMovement,
    Supplier,
    Transfer,
    TransferLine,
)
from inventory.services import send_transfer
from tests.inventory.conftest import a_product, lines_of, messages_of, receive, the_sums_are_right
from tests.parallel import meanwhile


@pytest.fixture
def piece(warehouse):
    """One piece with a serial number, in the first warehouse."""
    product = a_product(tracking="serial", barcode="6281")
    lot = Lot.objects.create(product=product, number="SN-700", is_serial=True)
    receive(product, warehouse, 1, lot_id=lot.pk)
    return lot


@pytest.fixture
def sent(client_of, keeper, piece, warehouse, warehouse_b):
    """The piece on its way to the other branch."""
    transfer = written(piece, warehouse, warehouse_b, keeper)
    send_transfer(transfer, actor=keeper)
    return transfer


def written(piece, origin, destination, keeper) -> Transfer:
    transfer = Transfer.objects.create(
        number="T-1", origin=origin, destination=destination, created_by=keeper
    )
    TransferLine.objects.create(transfer=transfer, product=piece.product, lot=piece, quantity=1)
    return transfer


def sheet(place, piece, **more):
    return {
        "warehouse": place.pk, "request_id": str(uuid.uuid4()), "reason": "x",
        **lines_of({"product": piece.product_id, "quantity": 1, "lot": piece.number}), **more,
    }  # fmt: skip


def is_refused_in_words(text: str) -> bool:
    return "SN-700" in text and "Riyadh warehouse" in text and "Jeddah warehouse" in text


@pytest.mark.parametrize("door", ["receive", "adjust"])
def test_it_is_not_received_elsewhere_as_new(client_of, manager, sent, piece, warehouse, door):
    answer = client_of(manager).post(f"/inventory/{door}/", sheet(warehouse, piece))
    assert answer.status_code == 422
    assert is_refused_in_words(str(answer.context["form"].errors))
    assert not LotStock.objects.filter(on_hand__gt=0).exists()
    assert the_sums_are_right()


def test_a_supplier_does_not_deliver_it_either(client_of, manager, sent, piece, warehouse):
    from inventory.models import PurchaseOrder, PurchaseOrderLine

    supplier = Supplier.objects.create(name="S")
    order = PurchaseOrder.objects.create(
        number="P-1", supplier=supplier, warehouse=warehouse, status="ordered", created_by=manager
    )
    line = PurchaseOrderLine.objects.create(
        order=order, product=piece.product, quantity=1, unit_cost=5
    )
    data = {
        "request_id": str(uuid.uuid4()), f"quantity-{line.pk}": 1, f"lot-{line.pk}": piece.number
    }  # fmt: skip
    url = reverse("inventory:purchase_receive", args=[order.pk])
    answer = client_of(manager).post(url, data)
    assert answer.status_code == 422
    assert is_refused_in_words(answer.context["problem"])
    line.refresh_from_db()
    assert line.received == 0


def test_a_count_that_finds_it_says_that_it_is_on_its_way(client_of, manager, sent, warehouse):
    client = client_of(manager)
    data = {"warehouse": warehouse.pk, "request_id": str(uuid.uuid4())}
    client.post("/inventory/counts/new/", data)
    url = reverse("inventory:count_scan", args=[StockCount.objects.get().pk])
    answer = client.post(url, {"code": "SN-700"})
    assert answer.context["is_problem"]
    assert is_refused_in_words(answer.context["note"])


def test_it_comes_in_where_it_was_sent_and_may_then_be_sent_on(
    client_of, manager, keeper, sent, piece, warehouse, warehouse_b
):
    line = sent.lines.get()
    data = {f"quantity-{line.pk}": "1", "request_id": str(uuid.uuid4())}
    client_of(manager).post(reverse("inventory:transfer_receive", args=[sent.pk]), data)
    assert LotStock.objects.get(on_hand=1).inventory.warehouse == warehouse_b
    back = Transfer.objects.create(
        number="T-2", origin=warehouse_b, destination=warehouse, created_by=keeper
    )
    TransferLine.objects.create(transfer=back, product=piece.product, lot=piece, quantity=1)
    send_transfer(back, actor=manager)
    answer = client_of(manager).post("/inventory/receive/", sheet(warehouse_b, piece))
    assert answer.status_code == 422


def test_it_comes_back_when_the_transfer_is_cancelled(client_of, keeper, sent, piece, warehouse):
    client_of(keeper).post(reverse("inventory:transfer_cancel", args=[sent.pk]))
    assert LotStock.objects.get(on_hand=1).inventory.warehouse == warehouse
    # it left and came back: what is not in stock any more may be received again
    data = sheet(warehouse, piece)
    assert client_of(keeper).post("/inventory/issue/", data).status_code == 302
    data["request_id"] = str(uuid.uuid4())
    assert client_of(keeper).post("/inventory/receive/", data).status_code == 302


def test_a_piece_that_lies_elsewhere_is_refused_with_its_place(
    client_of, manager, piece, warehouse_b
):
    answer = client_of(manager).post("/inventory/receive/", sheet(warehouse_b, piece))
    words = str(answer.context["form"].errors)
    assert (answer.status_code, "SN-700" in words, "Riyadh warehouse" in words) == (422, True, True)


@pytest.mark.parametrize("kind", ["receipt", "adjustment", "return", "transfer"])
def test_the_database_itself_refuses_it(sent, piece, warehouse, kind):
    stock = Inventory.objects.get(warehouse=warehouse)
    with pytest.raises(IntegrityError, match="on its way"), transaction.atomic():
        StockMovement.objects.create(
            inventory=stock, kind=kind, quantity=1, lot=piece, unit_cost=1, source="transfer:0:in"
        )
    assert not LotStock.objects.filter(on_hand__gt=0).exists()


@pytest.mark.django_db(transaction=True)
def test_who_receives_it_while_it_is_being_sent_waits_and_is_refused(
    manager, keeper, piece, warehouse, warehouse_b
):
    transfer = written(piece, warehouse, warehouse_b, keeper)

    def send() -> None:
        send_transfer(transfer, actor=keeper)

    def take() -> None:
        receive(piece.product, warehouse_b, 1, lot_id=piece.pk)

    refusal = meanwhile(send, take)
    assert isinstance(refusal, SerialInTransit | SerialTaken)
    assert not LotStock.objects.filter(on_hand__gt=0).exists()
    assert the_sums_are_right()


def test_the_page_of_the_transfer_still_says_what_went_wrong(client_of, manager, sent, piece):
    """A second transfer of the same piece finds nothing to send."""
    again = Transfer.objects.create(
        number="T-3", origin=sent.origin, destination=sent.destination, created_by=manager
    )
    TransferLine.objects.create(transfer=again, product=piece.product, lot=piece, quantity=1)
    url = reverse("inventory:transfer_send", args=[again.pk])
    assert messages_of(client_of(manager).post(url, follow=True))
    again.refresh_from_db()
    assert again.status == "draft"

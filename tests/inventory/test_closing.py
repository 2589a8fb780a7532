"""A closed warehouse is empty: nothing lies there, is promised from there or comes there."""

import uuid
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override

from inventory.errors import WarehouseClosed, WarehouseInUse
from inventory.models import Inventory, PurchaseOrder, StockAlert, Transfer, Warehouse
from inventory.services import (
    NewTransfer,
    Want,
    create_transfer,
    release_stock,
    reserve_stock,
    send_transfer,
)
from inventory.services.direct import Entry
from inventory.services.warehouses import save_warehouse
from tests.inventory.conftest import a_product, lines_of, messages_of, receive, the_sums_are_right
from tests.parallel import meanwhile


def close(place: Warehouse, actor) -> None:
    save_warehouse(place, {"is_active": False}, actor=actor)


def promise(product, place, source="order_line:1", quantity=1) -> None:
    want = Want(
        product_id=product.pk, warehouse_id=place.pk, quantity=Decimal(quantity), source=source
    )
    reserve_stock([want], reference="SO-1", actor=None)


def is_consistent() -> bool:
    """No closed warehouse holds or promises anything."""
    busy = Inventory.objects.exclude(on_hand=0, reserved=0)
    return not busy.filter(warehouse__is_active=False).exists() and the_sums_are_right()


def test_promised_goods_keep_it_open(client_of, manager, warehouse, riyadh):
    sold = a_product(allows_backorder=True)
    promise(sold, warehouse)
    url = f"/inventory/warehouses/{warehouse.pk}/"
    data = {"name_ar": "م", "name_en": "M", "code": "ruh", "branch": riyadh.pk, "is_active": ""}
    answer = client_of(manager).post(url, data)
    assert answer.status_code == 422
    assert "promised" in str(answer.context["form"].errors)
    release_stock(["order_line:1"])
    assert client_of(manager).post(url, data).status_code == 204


def test_a_suppliers_delivery_on_its_way_keeps_it_open(manager, warehouse, supplier):
    order = PurchaseOrder.objects.create(
        number="P-1", supplier=supplier, warehouse=warehouse, status="ordered", created_by=manager
    )
    with override("en"), pytest.raises(WarehouseInUse, match="on their way"):
        close(warehouse, manager)
    PurchaseOrder.objects.filter(pk=order.pk).update(status="draft")
    close(warehouse, manager)


def test_nothing_comes_in_is_promised_or_ordered_there(
    client_of, api_of, manager, warehouse, supplier
):
    product, client = a_product(cost=5, allows_backorder=True), client_of(manager)
    order = PurchaseOrder.objects.create(
        number="P-1", supplier=supplier, warehouse=warehouse, created_by=manager
    )
    close(warehouse, manager)
    data = {
        "warehouse": warehouse.pk, "request_id": str(uuid.uuid4()), "reason": "x",
        **lines_of({"product": product.pk, "quantity": 1}),
    }  # fmt: skip
    for door in ("receive", "adjust"):
        assert client.post(f"/inventory/{door}/", data).status_code == 422
    with pytest.raises(WarehouseClosed):
        promise(product, warehouse)
    with pytest.raises(WarehouseClosed):
        receive(product, warehouse, 1)
    said = messages_of(
        client.post(reverse("inventory:purchase_order", args=[order.pk]), follow=True)
    )
    assert "closed" in said
    order.refresh_from_db()
    assert order.status == "draft"
    assert is_consistent()


@pytest.mark.parametrize(
    "change",
    [
        lambda place: Inventory.objects.filter(warehouse=place).update(is_open=False),
        lambda place: Warehouse.objects.filter(pk=place.pk).update(is_active=False),
    ],
)
def test_the_database_closes_no_warehouse_with_stock(stock, warehouse, change):
    stock(on_hand=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        change(warehouse)


def test_its_low_stock_is_nobodys_business_until_it_opens_again(
    client_of, manager, warehouse, supplier
):
    item = Inventory.objects.create(product=a_product(), warehouse=warehouse)
    client, url = client_of(manager), "/inventory/low/"
    level = reverse("inventory:reorder_level", args=[item.product_id, warehouse.pk])
    client.post(level, {"point": "5"})
    assert StockAlert.objects.open().count() == 1
    close(warehouse, manager)
    assert not StockAlert.objects.open().exists()
    assert not client.get(url).context["suggestions"]
    save_warehouse(warehouse, {"is_active": True}, actor=manager)
    assert StockAlert.objects.open().count() == 1
    assert len(client.get(url).context["suggestions"]) == 1


RACES = pytest.mark.django_db(transaction=True)


@RACES
@pytest.mark.parametrize("is_known", [True, False])
def test_a_promise_made_while_it_closes_is_refused(manager, warehouse, is_known):
    product = a_product(allows_backorder=True)
    if is_known:
        Inventory.objects.create(product=product, warehouse=warehouse)
    refusal = meanwhile(lambda: close(warehouse, manager), lambda: promise(product, warehouse))
    assert isinstance(refusal, WarehouseClosed)
    assert is_consistent()


@RACES
@pytest.mark.parametrize("is_known", [True, False])
def test_closing_while_a_promise_is_made_is_refused(manager, warehouse, is_known):
    product = a_product(allows_backorder=True)
    if is_known:
        Inventory.objects.create(product=product, warehouse=warehouse)
    refusal = meanwhile(lambda: promise(product, warehouse), lambda: close(warehouse, manager))
    assert isinstance(refusal, WarehouseInUse)
    warehouse.refresh_from_db()
    assert warehouse.is_active
    assert is_consistent()


@RACES
@pytest.mark.parametrize("closes_first", [True, False])
def test_a_receipt_and_the_closing_never_both_happen(manager, warehouse, closes_first):
    product = a_product()
    steps = [lambda: close(warehouse, manager), lambda: receive(product, warehouse, 1)]
    refusal = meanwhile(*(steps if closes_first else steps[::-1]))
    assert isinstance(refusal, WarehouseClosed if closes_first else WarehouseInUse)
    assert is_consistent()


@RACES
@pytest.mark.parametrize("closes_first", [True, False])
def test_a_transfer_is_not_sent_to_a_warehouse_that_closes(
    manager, stock, warehouse, warehouse_b, closes_first
):
    item = stock(on_hand=2)
    new = NewTransfer(
        origin=warehouse, destination=warehouse_b, request_id=uuid.uuid4(),
        entries=[Entry(product=item.product, quantity=Decimal(1))],
    )  # fmt: skip
    transfer = create_transfer(new, actor=manager)
    steps = [lambda: close(warehouse_b, manager), lambda: send_transfer(transfer, actor=manager)]
    refusal = meanwhile(*(steps if closes_first else steps[::-1]))
    assert isinstance(refusal, WarehouseClosed if closes_first else WarehouseInUse)
    sent = Transfer.objects.filter(status="sent", destination__is_active=False)
    assert not sent.exists()

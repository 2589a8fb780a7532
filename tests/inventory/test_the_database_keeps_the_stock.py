"""On hand = Σ movements, reserved = Σ open reservations, available never below zero: by the database."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from inventory.errors import InsufficientStock
from inventory.models import Inventory, Reservation, StockMovement
from inventory.services import Move, Want, move_stock, release_stock, reserve_stock


def issue(stock: Inventory, quantity: int, source: str, settles: str = "") -> StockMovement:
    move = Move(
        kind=StockMovement.Kind.ISSUE,
        product_id=stock.product_id,
        warehouse_id=stock.warehouse_id,
        quantity=Decimal(-quantity),
        source=source,
        settles=settles,
    )
    return move_stock([move], actor=None)[0]


def want(stock: Inventory, quantity: int, source: str) -> Want:
    return Want(
        product_id=stock.product_id,
        warehouse_id=stock.warehouse_id,
        quantity=Decimal(quantity),
        source=source,
    )


def figures(stock: Inventory) -> tuple[Decimal, Decimal, Decimal]:
    stock.refresh_from_db()
    return stock.on_hand, stock.reserved, stock.available


def test_a_reservation_is_used_up_by_its_issue(stock):
    item = stock(on_hand=10)
    reserve_stock([want(item, 4, "line:1")], reference="SO-1", actor=None)
    assert figures(item) == (10, 4, 6)
    movement = issue(item, 3, "ship:1", settles="line:1")
    assert figures(item) == (7, 1, 6)
    assert movement.unit_cost == 50
    release_stock(["line:1"])
    assert figures(item) == (7, 0, 7)


def test_more_than_available_is_refused_and_changes_nothing(stock):
    plenty, scarce = stock(on_hand=9), stock(on_hand=3)
    with pytest.raises(InsufficientStock) as refusal:
        reserve_stock([want(plenty, 1, "a"), want(scarce, 5, "b")], reference="", actor=None)
    assert refusal.value.product_id == scarce.product_id
    assert figures(plenty) == (9, 0, 9)
    assert not Reservation.objects.exists()


def test_what_is_promised_to_others_does_not_leave(stock):
    item = stock(on_hand=5)
    reserve_stock([want(item, 4, "line:1")], reference="", actor=None)
    with pytest.raises(InsufficientStock):
        issue(item, 2, "ship:other")
    assert figures(item) == (5, 4, 1)


def test_the_same_source_moves_once(stock):
    item = stock(on_hand=5)
    issue(item, 1, "ship:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        issue(item, 1, "ship:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        StockMovement.objects.bulk_create(
            [StockMovement(inventory=item, kind="issue", quantity=-1, source="ship:1")],
            ignore_conflicts=True,
        )
    assert figures(item)[0] == 4


@pytest.mark.parametrize(
    "change",
    [
        lambda item: Inventory.objects.filter(pk=item.pk).update(on_hand=99),
        lambda item: Inventory.objects.filter(pk=item.pk).update(reserved=1),
        lambda item: Inventory.objects.filter(pk=item.pk).update(average_cost=1),
        lambda item: StockMovement.objects.all().update(quantity=5),
        lambda item: StockMovement.objects.all().delete(),
        lambda item: StockMovement.objects.create(
            inventory=item, kind="reservation", reserved_change=1, source="x"
        ),
    ],
)
def test_nothing_but_a_movement_changes_the_sums(stock, change):
    item = stock(on_hand=5)
    before = figures(item)
    with pytest.raises(IntegrityError), transaction.atomic():
        change(item)
    assert figures(item) == before


def test_value_follows_the_moving_average(stock, warehouse):
    from tests.inventory.conftest import receive

    item = stock(on_hand=10, cost="50")
    receive(item.product, warehouse, 30, cost="70")
    item.refresh_from_db()
    assert item.average_cost == 65
    issue(item, 20, "ship:1")
    item.refresh_from_db()
    assert (item.average_cost, item.value) == (65, 1300)


def test_back_orders_go_below_zero_where_the_product_allows_them(stock):
    item = stock(on_hand=1, allows_backorder=True)
    reserve_stock([want(item, 4, "line:1")], reference="", actor=None)
    assert figures(item) == (1, 4, -3)

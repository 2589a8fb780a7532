"""Rivals at the same moment: nothing is sold twice, numbered twice, paid twice; nobody deadlocks."""

from collections import Counter
from decimal import Decimal
from random import Random
from uuid import uuid4

import pytest
from django.db import OperationalError

from accounts.models import NumberSeries
from inventory.errors import InsufficientStock
from inventory.models import Inventory, Reservation, StockMovement
from orders.errors import OrderChangedMeanwhile, PaysTooMuch, WrongState
from orders.models import Order
from orders.services import (
    NewPayment,
    NewShipment,
    OrderInput,
    cancel_order,
    confirm_order,
    record_payment,
    ship_order,
    write_quote,
)
from tests.parallel import at_once

from .conftest import figures, line_of

pytestmark = pytest.mark.django_db(transaction=True)


def outcome(work, *refusals):
    try:
        work()
    except (*refusals, OperationalError) as error:
        return type(error).__name__
    return "done"


def test_eight_confirm_orders_of_ten_lines_for_the_same_goods(quote, goods, sales):
    items = [goods(5) for _item in range(10)]
    orders = []
    for number in range(8):
        lines = [(item, 1) for item in items]
        Random(number).shuffle(lines)
        orders.append(quote(*lines))
    found = Counter(
        at_once(
            lambda order: outcome(lambda: confirm_order(order, actor=sales), InsufficientStock),
            orders,
        )
    )
    assert found == {"done": 5, "InsufficientStock": 3}
    assert [figures(item) for item in items] == [(5, 5)] * 10
    assert Order.objects.filter(status="confirmed").count() == 5
    assert all(row.available == 0 for row in Inventory.objects.all())


def test_one_order_confirmed_by_eight_is_confirmed_once(quote, goods, sales):
    item = goods(100)
    order = quote((item, 4))
    found = at_once(lambda _n: confirm_order(order, actor=sales, version=1).version, range(8))
    assert found == [2] * 8
    assert figures(item) == (100, 4)
    assert order.stages.filter(status="confirmed").count() == 1


def test_confirmed_or_cancelled_but_never_half_of_each(quote, goods, sales):
    item = goods(100)
    for _round in range(4):
        order = quote((item, 1))
        steps = [
            lambda order=order: confirm_order(order, actor=sales, version=1),
            lambda order=order: cancel_order(order, "x", actor=sales, version=1),
        ]
        refusals = (WrongState, OrderChangedMeanwhile)
        at_once(lambda step: outcome(step, *refusals), steps)
        order.refresh_from_db()
        promised = Reservation.objects.open().filter(source=f"order_line:{order.lines.get().pk}")
        assert promised.exists() == (order.status == "confirmed")
        assert order.status in ("confirmed", "cancelled")


def test_numbers_have_no_gaps_among_rivals_of_whom_some_fail(goods, customer, sales):
    item = goods()

    def write(number: int) -> str:
        lines = (line_of(item, 1),)
        keys = [uuid4(), uuid4()]
        if number % 3 == 0:  # a rollback after the number was drawn
            from django.db import transaction

            class Stop(Exception):
                pass

            def fail() -> None:
                with transaction.atomic():
                    wanted = OrderInput(customer=customer, lines=lines)
                    write_quote(wanted, actor=sales, request_id=keys[0])
                    raise Stop

            return outcome(fail, Stop)
        wanted = OrderInput(customer=customer, lines=lines)
        return write_quote(wanted, actor=sales, request_id=keys[1]).number

    at_once(write, range(12))
    numbers = sorted(int(number[-5:]) for number in Order.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 9))
    assert NumberSeries.objects.get(kind="order").last == 8


def test_the_same_submit_at_the_same_moment_writes_one_quote(goods, customer, sales):
    key, item = uuid4(), goods()
    wanted = OrderInput(customer=customer, lines=(line_of(item, 1),))
    found = at_once(lambda _n: write_quote(wanted, actor=sales, request_id=key).pk, range(6))
    assert len(set(found)) == 1
    assert Order.objects.count() == 1


def test_rivals_never_pay_more_than_is_owed(confirmed, goods, sales):
    order = confirmed((goods(), 2))  # 230

    def pay(_number: int) -> str:
        new = NewPayment(amount=Decimal(50))
        return outcome(
            lambda: record_payment(order, new, actor=sales, request_id=uuid4()), PaysTooMuch
        )

    assert Counter(at_once(pay, range(8))) == {"done": 4, "PaysTooMuch": 4}
    order.refresh_from_db()
    assert (order.paid, order.balance) == (200, 30)


def test_rivals_ship_an_order_once(confirmed, goods, storekeeper):
    item = goods(10)
    order, key = confirmed((item, 3)), uuid4()

    def ship(number: int) -> str:
        request_id = key if number % 2 else uuid4()
        return outcome(
            lambda: ship_order(order, NewShipment(), actor=storekeeper, request_id=request_id),
            WrongState,
        )

    found = Counter(at_once(ship, range(6)))
    assert set(found) <= {"done", "WrongState"}
    assert figures(item) == (7, 0)
    assert StockMovement.objects.filter(kind="issue").count() == 1

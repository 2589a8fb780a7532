"""Payments, refunds, returns and their credits: the balance is always what the rows say."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from inventory.models import Inventory, StockMovement
from orders.errors import (
    BadFigure,
    NotAllowedHere,
    PaysTooMuch,
    ReasonNeeded,
    RefundsTooMuch,
    ShipsTooMuch,
    WrongState,
)
from orders.models import ExchangeRate, Order, Payment
from orders.services import (
    LineInput,
    NewPayment,
    NewShipment,
    ReturnedLine,
    left_to_refund,
    record_payment,
    refund_payment,
    ship_order,
    take_return,
)
from orders.services.reads import line_figures, margin_of, newest_payments

from .conftest import a_service, figures, receive


def pay(order, amount, actor, key=None, **fields):
    new = NewPayment(amount=Decimal(amount), **fields)
    return record_payment(order, new, actor=actor, request_id=key or uuid4())


def refund(payment, amount, actor):
    new = NewPayment(amount=Decimal(amount))
    return refund_payment(payment, new, actor=actor, request_id=uuid4())


def balance(order):
    return Order.objects.values_list("paid", "credited", "balance").get(pk=order.pk)


def test_partial_payments_add_up_and_have_receipts(confirmed, goods, sales):
    order = confirmed((goods(), 2))  # 230.00
    first, second = pay(order, 100, sales), pay(order, "130.00", sales, method="card")
    assert balance(order) == (230, 0, 0)
    assert [first.number[-5:], second.number[-5:]] == ["00001", "00002"]
    assert first.number.startswith("R-RIY-")


@pytest.mark.parametrize("amount", ["230.01", "1000000000"])
def test_more_than_the_balance_is_refused(confirmed, goods, sales, amount):
    order = confirmed((goods(), 2))
    with pytest.raises(PaysTooMuch):
        pay(order, amount, sales)
    assert balance(order) == (0, 0, 230)


@pytest.mark.parametrize("amount", ["0", "-5", "NaN", "Infinity", "0.001", "1e30"])
def test_an_amount_that_cannot_be_paid_is_refused(confirmed, goods, sales, amount):
    order = confirmed((goods(), 2))
    with pytest.raises(BadFigure) as refusal:
        pay(order, amount, sales)
    assert refusal.value.field == "amount"
    assert not Payment.objects.exists()


def test_a_quote_is_not_paid(quote, goods, sales):
    with pytest.raises(WrongState):
        pay(quote((goods(), 1)), 10, sales)


def test_the_same_submit_pays_once(confirmed, goods, sales):
    order, key = confirmed((goods(), 2)), uuid4()
    assert pay(order, 100, sales, key) == pay(order, 100, sales, key)
    assert balance(order) == (100, 0, 130)


def test_the_database_refuses_what_the_service_would(confirmed, goods, sales):
    order = confirmed((goods(), 2))
    row = {"order": order, "method": "cash", "request_id": uuid4(), "number": "R-1"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(amount=Decimal(231), **row)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(amount=Decimal(-1), **row)


def test_refunds_go_up_to_what_is_left_of_their_payment(confirmed, goods, sales, accountant):
    order = confirmed((goods(), 2))
    payment, other = pay(order, 100, sales), pay(order, 50, sales)
    refund(payment, 60, accountant)
    with pytest.raises(RefundsTooMuch):
        refund(payment, "40.01", accountant)
    back = refund(payment, 40, accountant)
    assert back.amount == -40
    assert balance(order) == (50, 0, 180)
    with pytest.raises(WrongState):
        refund(back, 1, accountant)
    with pytest.raises(NotAllowedHere):
        refund(other, 1, sales)
    assert {line.payment.pk: line.refundable for line in newest_payments(order)}[other.pk] == 50
    assert left_to_refund(other) == 50


@pytest.fixture
def shipped(confirmed, storekeeper):
    def make(*items, **fields):
        order = confirmed(*items, **fields)
        ship_order(order, NewShipment(), actor=storekeeper, request_id=uuid4())
        order.refresh_from_db()
        return order

    return make


def bring_back(order, actor, *parts, key=None, reason="تالف"):
    lines = [
        ReturnedLine(line_id=line.pk, quantity=Decimal(quantity), is_restocked=is_restocked)
        for line, quantity, is_restocked in parts
    ]
    return take_return(order, lines, reason, actor=actor, request_id=key or uuid4())


def test_partial_returns_credit_the_worth_with_tax_and_whole_ends_the_order(
    shipped, goods, storekeeper, sales
):
    item = goods(10)
    order = shipped((item, 3), discount=Decimal(10))  # (300 − 10) × 1.15 = 333.50
    pay(order, "333.50", sales)
    line = order.lines.get()
    credits = [bring_back(order, storekeeper, (line, 1, True)).credit for _time in range(3)]
    assert credits == [Decimal("111.17"), Decimal("111.16"), Decimal("111.17")]
    order.refresh_from_db()
    assert (order.status, order.credited, order.balance) == (
        "returned", Decimal("333.50"), Decimal("-333.50"),
    )  # fmt: skip
    assert order.finished_at is not None
    assert figures(item) == (10, 0)
    with pytest.raises(WrongState):
        pay(order, 1, sales)


def test_goods_come_back_at_what_they_had_cost(shipped, goods, storekeeper, warehouse):
    item = goods(10, cost="60")
    order = shipped((item, 4))
    receive(item, warehouse, 6, cost="120")  # 6 at 60 and 6 at 120: 90 on average
    line = order.lines.get()
    bring_back(order, storekeeper, (line, 1, True))
    move = StockMovement.objects.get(kind="return")
    assert (move.quantity, move.unit_cost) == (1, 60)
    stock = Inventory.objects.get(product=item)
    assert stock.average_cost == Decimal("87.692308")  # (12 × 90 + 60) / 13
    line.refresh_from_db()
    assert line.cost == 180


def test_broken_goods_are_credited_but_not_restocked(shipped, goods, storekeeper):
    item = goods(10)
    order = shipped((item, 4))
    line = order.lines.get()
    made = bring_back(order, storekeeper, (line, 2, False))
    assert made.credit == 230
    assert figures(item) == (6, 0)
    line.refresh_from_db()
    assert (line.returned, line.cost) == (2, 240)
    bring_back(order, storekeeper, (line, 1, False), (line, 1, True))
    order.refresh_from_db()
    line.refresh_from_db()
    assert (order.status, order.credited, line.cost) == ("returned", 460, 180)
    assert figures(item) == (7, 0)


def test_a_service_that_was_done_keeps_the_order_alive(shipped, goods, storekeeper):
    order = shipped((goods(), 1), (a_service(), 1))
    line = order.lines.get(warehouse__isnull=False)
    bring_back(order, storekeeper, (line, 1, True))
    order.refresh_from_db()
    assert (order.status, order.credited, order.balance) == ("shipped", 115, 115)


def test_no_more_comes_back_than_left(shipped, goods, storekeeper):
    item = goods(10)
    order = shipped((item, 2))
    line = order.lines.get()
    for parts in [((line, "2.001", True),), ((line, 1, True), (line, "1.5", False))]:
        with pytest.raises(ShipsTooMuch):
            bring_back(order, storekeeper, *parts)
    with pytest.raises(ReasonNeeded):
        bring_back(order, storekeeper, (line, 1, True), reason=" ")
    for quantity in ("NaN", "-1", "0", "0.0001", "1e99"):
        with pytest.raises(BadFigure):
            bring_back(order, storekeeper, (line, quantity, True))
    assert figures(item) == (8, 0)
    assert not order.returns.exists()


def test_a_repeated_return_counts_once(shipped, goods, storekeeper):
    item = goods(10)
    order, key = shipped((item, 2)), uuid4()
    line = order.lines.get()
    made = [bring_back(order, storekeeper, (line, 1, True), key=key) for _time in range(2)]
    assert made[0] == made[1]
    assert figures(item) == (9, 0)


def test_what_is_credited_is_no_longer_owed(shipped, goods, storekeeper, sales):
    order = shipped((goods(), 2))
    bring_back(order, storekeeper, (order.lines.get(), 1, True))
    with pytest.raises(PaysTooMuch):
        pay(order, "115.01", sales)
    pay(order, 115, sales)
    assert balance(order) == (115, 115, 0)


def test_the_margin_knows_what_was_issued_and_what_is_expected(shipped, confirmed, goods):
    waiting = confirmed((goods(10, cost="60"), 2))
    gone = shipped((goods(10, cost="60"), 2), discount=Decimal(20))
    for order, revenue in ((waiting, 200), (gone, 180)):
        margin = margin_of(order, line_figures(order))
        assert (margin.revenue, margin.cost, margin.amount) == (revenue, 120, revenue - 120)


def test_missing_goods_are_named_on_a_quote(quote, goods):
    item = goods(3)
    order = quote((item, 5), LineInput(product_id=a_service().pk, quantity=Decimal(1)))
    stocked, service = line_figures(order)
    assert (stocked.available, stocked.missing, service.available) == (3, 2, None)


def test_the_margin_takes_a_standard_cost_in_the_currency_of_its_product(quote):
    ExchangeRate.objects.create(currency="USD", on="2020-01-01", rate=4)
    priced = {"price": Decimal(100), "cost": Decimal(10), "currency": "USD"}
    order = quote((a_service(**priced), 1))
    margin = margin_of(order, line_figures(order))
    assert margin is not None
    assert (margin.revenue, margin.cost) == (400, 40)

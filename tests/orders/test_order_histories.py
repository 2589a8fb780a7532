"""Whatever happens to an order, its sums are what its rows say."""

from decimal import Decimal
from random import Random
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import Sum

from crm_project.kit.errors import BusinessError
from inventory.models import Inventory, Reservation, StockMovement
from orders.models import Order
from orders.services import (
    NewPayment,
    NewShipment,
    ParcelLine,
    ReturnedLine,
    advance_order,
    cancel_order,
    confirm_order,
    record_payment,
    refund_payment,
    ship_order,
    take_return,
)

from .conftest import a_service, line_of


def some(dice: Random) -> Decimal:
    return Decimal(dice.choice(["0.5", "1", "2", "3", "7.25", "400"]))


def one_step(dice: Random, order: Order, actor) -> None:
    """Try something, possible or not."""
    lines = list(order.lines.all())
    payments = list(order.payments.filter(amount__gt=0))
    line, key = dice.choice(lines), uuid4()
    money = NewPayment(amount=some(dice) * 10)
    choices = [
        lambda: confirm_order(order, actor=actor),
        lambda: advance_order(order, dice.choice(["in_progress", "ready", "closed"]), actor=actor),
        lambda: record_payment(order, money, actor=actor, request_id=key),
        lambda: cancel_order(order, "x", actor=actor) if dice.random() < 0.2 else None,
        *[
            lambda: ship_order(
                order,
                NewShipment(lines=(ParcelLine(line_id=line.pk, quantity=some(dice)),)),
                actor=actor,
                request_id=key,
            )
        ]
        * 3,
        *[
            lambda: take_return(
                order,
                [
                    ReturnedLine(
                        line_id=line.pk, quantity=some(dice), is_restocked=dice.random() < 0.6
                    )
                ],
                "x",
                actor=actor,
                request_id=key,
            )
        ]
        * 2,
    ]
    if payments:
        choices.append(
            lambda: refund_payment(dice.choice(payments), money, actor=actor, request_id=key)
        )
    dice.choice(choices)()


def check(order: Order, items: list) -> None:
    order = Order.objects.get(pk=order.pk)
    paid = order.payments.aggregate(sum=Sum("amount", default=Decimal(0)))["sum"]
    credited = order.returns.aggregate(sum=Sum("credit", default=Decimal(0)))["sum"]
    assert (order.paid, order.credited) == (paid, credited)
    assert order.balance == order.total - credited - paid
    assert 0 <= order.paid <= order.total
    assert 0 <= order.credited <= order.total
    for line in order.lines.all():
        assert 0 <= line.returned <= line.shipped <= line.quantity
        assert line.cost >= 0
        if line.warehouse_id is None:
            continue
        sums = StockMovement.objects.filter(source__startswith=f"order_line:{line.pk}:")
        out = -sums.aggregate(sum=Sum("quantity", default=Decimal(0)))["sum"]
        back = line.returned_lines.filter(is_restocked=True)
        restocked = back.aggregate(sum=Sum("quantity", default=Decimal(0)))["sum"]
        assert out == line.shipped - restocked
        promised = Reservation.objects.filter(source=f"order_line:{line.pk}")
        left = promised.aggregate(sum=Sum("quantity", default=Decimal(0)))["sum"]
        is_open = order.status in ("confirmed", "in_progress", "ready")
        assert left == (line.quantity - line.shipped if is_open else 0)
    if order.status == "returned":
        assert order.credited == order.total
    for stock in Inventory.objects.filter(product__in=items):
        assert 0 <= stock.reserved <= stock.on_hand


@pytest.mark.parametrize("seed", range(12))
def test_a_random_history_adds_up(seed, quote, goods, branch_manager):
    dice = Random(seed)
    items = [goods(10, price=Decimal(dice.randrange(1, 9999)) / 100) for _item in range(2)]
    order = quote(
        *[line_of(item, some(Random(seed + 50)) % 8 or 1) for item in items],
        (a_service(price=Decimal("33.33")), 1),
        discount=Decimal("0.01") * dice.randrange(100),
        actor=branch_manager,
    )
    for _step in range(60):
        try:
            with transaction.atomic():
                one_step(dice, order, branch_manager)
        except BusinessError:
            continue
    check(order, items)

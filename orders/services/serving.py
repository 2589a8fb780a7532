"""Delivering the services of an order: their cost is known, and kept, at that moment."""

from collections.abc import Iterable
from decimal import Decimal

from inventory.errors import FigureTooLarge
from orders.clock import today_in
from orders.models import Order, OrderLine

from .rates import DayRates

MOST_COST = Decimal(10) ** 12  # of one line, as its column holds it


def serve(order: Order, lines: Iterable[OrderLine]) -> None:
    """Deliver what is left of the services among the lines (with `product`); write nothing yet.

    Goods keep what they had cost when they left the stock. A service has none, so its line keeps
    the product's own cost of this day, in the branch's currency: a later price of the work changes
    no margin of the past. Errors: RateMissing, BadFigure, FigureTooLarge.
    """
    rates = DayRates(today_in(order.branch.time_zone))
    for line in lines:
        left = line.quantity - line.shipped
        if line.warehouse_id is not None or not left:
            continue
        product = line.product
        line.cost += rates.exchange(
            product.cost * left, of=product.currency, to=order.branch.currency
        )
        line.shipped = line.quantity
        if line.cost >= MOST_COST:
            raise FigureTooLarge(field="lines")

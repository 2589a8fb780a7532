"""Figures for the page of an order, each in one query or none, whatever the order's history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from accounts.models import User
from crm_project.kit.money import round_money
from inventory.models import Inventory, Reservation
from orders.clock import day_at
from orders.errors import BadFigure, RateMissing
from orders.models import Order, OrderLine, Payment

from .confirming import reservation_of
from .rates import DayRates
from .states import STEPS, Step, reaches

NOTHING = Decimal(0)
MOST_SHOWN = 50  # payments, shipments and returns on the page: the newest


@dataclass(frozen=True, kw_only=True)
class LineFigures:
    """One line as its page shows it. Stock figures are None for a service."""

    line: OrderLine
    available: Decimal | None  # to promise, in the line's warehouse
    reserved: Decimal | None  # promised to this line and not shipped
    expected_cost: Decimal  # of what is out, as it left, in the branch's currency; of the rest …
    standard_cost: Decimal = NOTHING  # … at the product's own, in the product's currency

    @property
    def left_to_ship(self) -> Decimal:
        """What has still to leave."""
        return Decimal(self.line.quantity - self.line.shipped)

    @property
    def worth(self) -> Decimal:
        """What the customer owes for it: with its share of the discount, and tax."""
        return Decimal(self.line.net - self.line.discount_share + self.line.tax)

    @property
    def missing(self) -> Decimal:
        """How much more is wanted than can be had now."""
        if self.available is None or self.reserved is None or self.line.product.allows_backorder:
            return NOTHING
        return max(self.left_to_ship - self.reserved - self.available, NOTHING)


@dataclass(frozen=True, kw_only=True)
class Margin:
    """Net worth of what was sold and not returned, what it costs, and the difference."""

    revenue: Decimal
    cost: Decimal

    @property
    def amount(self) -> Decimal:
        """What is left."""
        return self.revenue - self.cost

    @property
    def percent(self) -> Decimal | None:
        """Of the revenue, with one decimal; None without revenue."""
        if not self.revenue:
            return None
        return (self.amount * 100 / self.revenue).quantize(Decimal("0.1"))


def line_figures(order: Order) -> list[LineFigures]:
    """Return the lines with their stock: three queries, at most 200 lines."""
    rows = order.lines.select_related("product", "warehouse__branch")
    lines = list(rows)
    stocks = _stocks(lines)
    sources = [reservation_of(line) for line in lines]
    reserved = dict(
        Reservation.objects.open().filter(source__in=sources).values_list("source", "quantity")
    )
    return [_figures(line, stocks, reserved) for line in lines]


def _stocks(lines: Sequence[OrderLine]) -> dict[tuple[int, int], Inventory]:
    places = {(line.product_id, line.warehouse_id) for line in lines if line.warehouse_id}
    rows = Inventory.objects.filter(
        product_id__in={product for product, _warehouse in places},
        warehouse_id__in={warehouse for _product, warehouse in places},
    )
    return {(row.product_id, row.warehouse_id): row for row in rows}


def _figures(
    line: OrderLine, stocks: dict[tuple[int, int], Inventory], reserved: dict[str, Decimal]
) -> LineFigures:
    if line.warehouse_id is None:
        return LineFigures(
            line=line,
            available=None,
            reserved=None,
            expected_cost=line.cost,
            standard_cost=line.product.cost * (line.quantity - line.shipped),
        )
    stock = stocks.get((line.product_id, line.warehouse_id))
    left = line.quantity - line.shipped
    average = stock.average_cost if stock else NOTHING
    return LineFigures(
        line=line,
        available=stock.available if stock else NOTHING,
        reserved=reserved.get(reservation_of(line), NOTHING),
        expected_cost=line.cost + left * average,
        standard_cost=NOTHING if average else left * line.product.cost,
    )


def margin_of(order: Order, figures: Iterable[LineFigures]) -> Margin | None:
    """Return the margin in the order's currency, or None where a rate is missing or the cost is
    more than an amount of money can be.

    For people who see `orders.margin` only.
    """
    revenue = cost = NOTHING
    rates = DayRates(day_at(order.created_at, order.branch))
    for one in figures:
        line = one.line
        kept = (line.quantity - line.returned) / line.quantity
        revenue += (line.net - line.discount_share) * kept
        of = line.warehouse.branch.currency if line.warehouse else order.branch.currency
        try:
            cost += rates.exchange(one.expected_cost, of=of, to=order.currency)
            cost += rates.exchange(one.standard_cost, of=line.product.currency, to=order.currency)
        except (RateMissing, BadFigure):
            return None
    currency = order.currency
    try:
        return Margin(revenue=round_money(revenue, currency), cost=round_money(cost, currency))
    except ValueError:  # a quantity that nobody sells, at the average cost
        return None


@dataclass(frozen=True, kw_only=True)
class PaymentLine:
    """A payment, and how much of it could still be refunded; nothing of a refund."""

    payment: Payment
    refundable: Decimal


def newest_payments(order: Order) -> list[PaymentLine]:
    """Return the newest payments and refunds, in one query."""
    rows = order.payments.select_related("actor").order_by("-pk")
    newest = rows.annotate(back=Sum("refunds__amount", default=NOTHING))[:MOST_SHOWN]
    return [
        PaymentLine(payment=one, refundable=max(one.amount + one.back, NOTHING)) for one in newest
    ]


def next_steps(order: Order, user: User, lines: Sequence[OrderLine] | None = None) -> list[Step]:
    """Return the steps that this person may take now, in the table's order. No query with `lines`.

    A confirmation that waits for its inspection, a return of what never left, and the cancellation
    of what has left are left out.
    """
    known = list(order.lines.all()) if lines is None else lines
    return [
        step
        for step in STEPS[order.status]
        if reaches(user, step.permission, order) and _is_possible(step, order, known)
    ]


def _is_possible(step: Step, order: Order, lines: Sequence[OrderLine]) -> bool:
    is_stocked = any(line.warehouse_id for line in lines)
    is_out = any(line.shipped > line.returned for line in lines)
    if step.door == "confirm":
        return not (order.requires_inspection and order.inspection_cleared_at is None)
    if step.door == "ship":
        return is_stocked
    if step.is_for_services:
        return not is_stocked
    if step.door == "return":
        return is_out
    return not (step.door == "cancel" and is_out)

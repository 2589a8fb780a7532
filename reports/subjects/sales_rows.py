"""The rows behind the figures of sales: orders, their lines, or returns."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from orders.models import Order, OrderLine, OrderReturn
from reports import dimensions as kinds
from reports.asking import Ask
from reports.figures.sales import needs_products
from reports.periods import PARTS, Period
from reports.rows import Cell, Rows, in_reach, number_key, part_period, short, within

NO_SALE = (Order.Status.QUOTE, Order.Status.CANCELLED)


def rows(ask: Ask, what: str, key: str, part: str) -> Rows:
    """Return the orders, lines or returns that make up a figure. Raises Http404."""
    period = ask.period
    if key and ask.by == kinds.PERIOD:
        if part not in PARTS:
            raise Http404
        period, key = part_period(period, key, part), ""
    if what == "returns":
        return _returns(ask, period, key)
    if what != "sales":
        raise Http404
    return _lines(ask, period, key) if needs_products(ask) else _orders(ask, period, key)


def sales_of(ask: Ask, period: Period) -> Any:
    """The orders that count as sales in the period, within what the reader sees."""
    orders = Order.objects.visible_to(ask.user).filter(
        in_reach(ask.reach), within(ask.reach, period, column="confirmed_at")
    )
    orders = orders.exclude(status__in=NO_SALE)
    return orders.filter(channel=ask.channel) if ask.channel else orders


def _orders(ask: Ask, period: Period, key: str) -> Rows:
    found = sales_of(ask, period).filter(_keyed(ask, key, "", "lines__product"))
    return Rows(
        title=_("Sales"),
        rows=found.select_related("customer", "owner", "branch").defer("search", "search_text"),
        order=("-confirmed_at", "-id"),
        heads=[
            (_("Order"), "link"), (_("Confirmed"), "time"), (_("Customer"), "text"),
            (_("Responsible"), "person"), (_("Branch"), "text"), (_("Channel"), "text"),
            (_("Status"), "text"), (_("Net"), "money"), (_("Tax"), "money"), (_("Total"), "money"),
        ],
        cells=lambda order: [
            *_head(order), Cell(order.get_channel_display()), Cell(order.get_status_display()),
            Cell(order.total - order.tax, "money", currency=order.currency),
            Cell(order.tax, "money", currency=order.currency),
            Cell(order.total, "money", currency=order.currency),
        ],
    )  # fmt: skip


def _lines(ask: Ask, period: Period, key: str) -> Rows:
    orders = sales_of(ask, period).filter(_keyed(ask, key, "", "lines__product", is_lines=True))
    found = OrderLine.objects.filter(order__in=orders.values("pk")).filter(
        _keyed(ask, key, "order__", "product"), _products(ask, "product")
    )
    return Rows(
        title=_("Items sold"),
        rows=found.select_related("order__customer", "order__owner", "order__branch", "product"),
        order=("-id",),
        heads=[
            (_("Order"), "link"), (_("Confirmed"), "time"), (_("Customer"), "text"),
            (_("Responsible"), "person"), (_("Branch"), "text"), (_("Item"), "link"),
            (_("Quantity"), "quantity"), (_("Net"), "money"), (_("Tax"), "money"),
            (_("Total"), "money"),
        ],
        cells=lambda line: [
            *_head(line.order), Cell(line.name, "link", line.product.get_absolute_url()),
            Cell(short(line.quantity), "quantity"),
            Cell(line.net - line.discount_share, "money", currency=line.order.currency),
            Cell(line.tax, "money", currency=line.order.currency),
            Cell(line.net - line.discount_share + line.tax, "money", currency=line.order.currency),
        ],
    )  # fmt: skip


def _returns(ask: Ask, period: Period, key: str) -> Rows:
    found = OrderReturn.objects.visible_to(ask.user).filter(
        in_reach(ask.reach, owner="order__owner_id", branch="order__branch_id"),
        within(ask.reach, period, column="at", branch="order__branch_id"),
        _keyed(ask, key, "order__", "lines__line__product"),
        _products(ask, "lines__line__product"),
    )
    if ask.channel:
        found = found.filter(order__channel=ask.channel)
    return Rows(
        title=_("Returns"),
        rows=found.distinct().select_related("order__customer", "order__owner", "order__branch"),
        order=("-at", "-id"),
        heads=[
            (_("Return"), "code"), (_("When"), "time"), (_("Order"), "link"),
            (_("Customer"), "text"), (_("Responsible"), "person"), (_("Reason"), "text"),
            (_("Credited"), "money"),
        ],
        cells=lambda one: [
            Cell(one.number, "code"), Cell(one.at, "time"),
            Cell(one.order.number, "link", one.order.get_absolute_url()),
            Cell(str(one.order.customer)), Cell(_name(one.order.owner), "person"),
            Cell(one.reason), Cell(one.credit, "money", currency=one.order.currency),
        ],
    )  # fmt: skip


def _keyed(ask: Ask, key: str, order: str, product: str, *, is_lines: bool = False) -> Q:
    """The condition of one row of the report."""
    if not key or (is_lines and ask.by in (kinds.PRODUCT, kinds.CATEGORY)):
        return Q()
    if ask.by == kinds.CHANNEL:
        return Q(**{f"{order}channel": key})
    column = {
        kinds.BRANCH: f"{order}branch_id",
        kinds.USER: f"{order}owner_id",
        kinds.PRODUCT: f"{product}_id",
        kinds.CATEGORY: f"{product}__category_id",
    }[ask.by]
    return Q(**{column: number_key(key)})


def _products(ask: Ask, product: str) -> Q:
    found = Q(**{f"{product}_id": ask.product}) if ask.product is not None else Q()
    if ask.categories is not None:
        found &= Q(**{f"{product}__category_id__in": ask.categories})
    return found


def _head(order: Order) -> Sequence[Cell]:
    return [
        Cell(order.number, "link", order.get_absolute_url()),
        Cell(order.confirmed_at, "time"),
        Cell(str(order.customer)),
        Cell(_name(order.owner), "person"),
        Cell(order.branch.name),
    ]


def _name(person: Any) -> str:
    return person.shown_name if person else ""

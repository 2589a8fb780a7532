"""How an order looks: the steps it took, what became of each item, how far its payment is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from orders.forms.fields import bare
from orders.models import Order, OrderStage
from orders.services.reads import LineFigures

S = Order.Status
TONES = {
    S.QUOTE: "",
    S.CONFIRMED: "info",
    S.IN_PROGRESS: "info",
    S.READY: "brand",
    S.SHIPPED: "info",
    S.DELIVERED: "good",
    S.INSTALLED: "good",
    S.CLOSED: "good",
    S.CANCELLED: "bad",
    S.RETURNED: "warn",
}
ICONS = {
    S.QUOTE: "receipt",
    S.CONFIRMED: "check",
    S.SHIPPED: "truck-delivery",
    S.DELIVERED: "circle-check",
    S.INSTALLED: "tool",
    S.CANCELLED: "ban",
    S.RETURNED: "arrow-back-up",
}
WAY = (S.QUOTE, S.CONFIRMED, S.IN_PROGRESS, S.READY, S.SHIPPED, S.DELIVERED, S.INSTALLED, S.CLOSED)
ENDS = (S.CANCELLED, S.RETURNED)


@dataclass(frozen=True)
class StepLook:
    """One step of the way: "done", "now" or ahead."""

    label: Any
    state: str
    number: int
    at: datetime | None = None
    due: date | None = None


def way_of(order: Order, stages: Iterable[OrderStage]) -> list[StepLook]:
    """Return the steps of an order: those it took with their times, then those ahead.

    An order that was cancelled or returned ends there; steps that it skipped are left out.
    """
    times = {stage.status: stage.at for stage in stages}
    if order.status in ENDS:
        path: list[str] = [step for step in WAY if step in times] + [order.status]
    else:
        at = WAY.index(S(order.status))
        path = [step for n, step in enumerate(WAY) if step in times or n >= at]
    now = path.index(order.status)
    return [
        StepLook(
            label=S(step).label,
            state="done" if place < now or step == S.CLOSED == order.status else _now(place, now),
            number=place + 1,
            at=times.get(step) if place <= now else None,
            due=order.promised_on if step == S.DELIVERED and place > now else None,
        )
        for place, step in enumerate(path)
    ]


def _now(place: int, now: int) -> str:
    return "now" if place == now else ""


def payment_look(order: Order) -> tuple[str, str]:
    """Return how far an order is paid, in words with their tone; "" for a quote."""
    if order.status not in Order.SOLD and not order.paid:
        return "", ""
    if order.balance < 0:
        return _("We owe the customer"), "warn"
    if order.balance == 0:
        return _("Paid"), "good"
    return (_("Partly paid"), "warn") if order.paid else (_("Unpaid"), "warn")


def paid_percent(order: Order) -> int:
    """How much of what is owed is paid, 0 to 100."""
    owed = order.total - order.credited
    if owed <= 0:
        return 100
    return int(min(max(order.paid * 100 / owed, Decimal(0)), Decimal(100)))


def item_look(order: Order, figures: LineFigures) -> tuple[str, str]:
    """Return what became of an item, in words with their tone."""
    line = figures.line
    if line.returned == line.quantity:
        return _("Returned"), "warn"
    if line.shipped == line.quantity:
        done = _("Shipped") if line.warehouse_id else pgettext("service", "Done")
        return (
            (_part(_("%(some)s of %(all)s returned"), line.returned, line.quantity), "warn")
            if (line.returned)
            else (done, "good")
        )
    if order.status in ENDS:
        return "", ""
    if line.shipped:
        return _part(_("%(some)s of %(all)s shipped"), line.shipped, line.quantity), "info"
    if line.warehouse_id is None:
        return pgettext("service", "Service"), "brand"
    if figures.missing > 0:
        return _("Short %(count)s") % {"count": _isolated(figures.missing)}, "warn"
    if order.is_editable:
        is_here = (figures.available or Decimal(0)) >= line.quantity
        return (_("In stock"), "good") if is_here else (_("On back-order"), "warn")
    return pgettext("item", "Reserved"), "info"


def _part(words: str, some: Decimal, whole: Decimal) -> str:
    return words % {"some": _isolated(some), "all": _isolated(whole)}


def _isolated(value: Decimal) -> str:
    return f"\u2066{bare(value)}\u2069"


@dataclass(frozen=True)
class Stock:
    """How much of an item is promised or gone, for the card of the reservation."""

    figures: LineFigures

    @property
    def held(self) -> Decimal:
        """Reserved or shipped."""
        return Decimal((self.figures.reserved or Decimal(0)) + self.figures.line.shipped)

    @property
    def percent(self) -> int:
        """Of what was ordered."""
        return int(self.held * 100 / self.figures.line.quantity)


def stock_of(order: Order, figures: Sequence[LineFigures]) -> list[Stock]:
    """Return the stocked items of an order that waits to be shipped; nothing otherwise."""
    if order.status not in (S.CONFIRMED, S.IN_PROGRESS, S.READY):
        return []
    return [Stock(one) for one in figures if one.line.warehouse_id]

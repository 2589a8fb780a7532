"""The documents of an order: which there are, what they are called, and printing them."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from accounts.models import User
from orders.documents import print_delivery_note, print_order, print_receipt
from orders.errors import NoSuchDocument
from orders.models import Order


class PaperKind(StrEnum):
    """What can be printed and sent."""

    QUOTE = "quote"
    INVOICE = "invoice"
    RECEIPT = "receipt"
    DELIVERY_NOTE = "delivery-note"


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One document. `part` names it among the order's: "quote", "receipt:7"."""

    part: str
    number: str
    file_name: str
    title: Callable[[], str]  # "Quote RYD-2026-00012", in the language that is active
    render: Callable[[str, User], bytes]  # language, reader; Errors: PdfUnavailable


def paper_of(order: Order, kind: str, *, target: int | None = None) -> Paper:
    """Return a document of the order; `target` is the payment or shipment, the newest if None.

    Errors: NoSuchDocument.
    """
    match kind:
        case PaperKind.QUOTE if target is None:
            return _of_order(order, kind, lambda: _("Quote %(number)s"))
        case PaperKind.INVOICE if target is None and order.confirmed_at is not None:
            return _of_order(order, kind, lambda: _("Invoice %(number)s"))
        case PaperKind.RECEIPT:
            return _receipt(order, target)
        case PaperKind.DELIVERY_NOTE:
            return _delivery_note(order, target)
    raise NoSuchDocument


def part_of(kind: str, target: int | None = None) -> str:
    """Return the name of a document among those of its order."""
    return str(kind) if target is None else f"{kind}:{target}"


def _of_order(order: Order, kind: str, title: Callable[[], str]) -> Paper:
    return Paper(
        part=part_of(kind),
        number=order.number,
        file_name=f"{kind}-{order.number}.pdf",
        title=lambda: title() % {"number": order.number},
        render=lambda language, reader: print_order(order, kind, language=language, reader=reader),
    )


def _receipt(order: Order, target: int | None) -> Paper:
    rows = order.payments.select_related("order__customer", "order__owner", "order__branch")
    payment = (rows.filter(pk=target) if target is not None else rows.order_by("-pk")).first()
    if payment is None:
        raise NoSuchDocument
    return Paper(
        part=part_of(PaperKind.RECEIPT, payment.pk),
        number=payment.number,
        file_name=f"receipt-{payment.number}.pdf",
        title=lambda: (
            (_("Refund receipt %(number)s") if payment.is_refund else _("Receipt %(number)s"))
            % {"number": payment.number}
        ),
        render=lambda language, reader: print_receipt(payment, language=language, reader=reader),
    )


def _delivery_note(order: Order, target: int | None) -> Paper:
    rows = order.shipments.select_related("order__customer", "order__owner", "order__branch")
    shipment = (rows.filter(pk=target) if target is not None else rows.order_by("-pk")).first()
    if shipment is None:
        raise NoSuchDocument
    return Paper(
        part=part_of(PaperKind.DELIVERY_NOTE, shipment.pk),
        number=shipment.number,
        file_name=f"delivery-{shipment.number}.pdf",
        title=lambda: _("Delivery note %(number)s") % {"number": shipment.number},
        render=lambda language, reader: print_delivery_note(
            shipment, language=language, reader=reader
        ),
    )

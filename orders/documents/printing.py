"""What each document shows. One query for each kind of row, whatever their number."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import CompanySettings, User
from crm_project.kit.money import format_number, round_money
from crm_project.kit.pdf import render_pdf
from customers.masking import VISIBLE, shown_point
from orders.models import Order, OrderLine, Payment, Shipment

QUOTE, INVOICE = "quote", "invoice"


def print_order(order: Order, kind: str, *, language: str, reader: User) -> bytes:
    """Return the quote or invoice of an order as PDF; `reader` sees only what their role allows.

    Errors: PdfUnavailable.
    """
    with override(language):
        is_quote = kind == QUOTE
        context = {
            **_base(order, reader),
            "heading": _("Quote") if is_quote else _("Tax invoice"),
            "is_quote": is_quote,
            "shows_payments": not is_quote,
            "stamp": _("Paid") if not is_quote and order.balance <= 0 else "",
            "lines": _lines(order),
            "discount": -order.discount,
            "facts": _order_facts(order, is_quote=is_quote),
        }
    return render_pdf("orders/documents/order.html", context, language=language)


def print_receipt(payment: Payment, *, language: str, reader: User) -> bytes:
    """Return the receipt of a payment or refund as PDF. Errors: PdfUnavailable."""
    order = payment.order
    with override(language):
        facts = [
            (_("Date"), _day(timezone.localtime(payment.at).date())),
            (_("Order"), order.number),
            (_("Method"), payment.get_method_display()),
        ]
        if payment.reference:
            facts.append((_("Reference"), payment.reference))
        context = {
            **_base(order, reader),
            "heading": _("Refund receipt") if payment.is_refund else _("Receipt"),
            "payment": payment,
            "amount": abs(payment.amount),
            "facts": facts,
        }
    return render_pdf("orders/documents/receipt.html", context, language=language)


def print_delivery_note(shipment: Shipment, *, language: str, reader: User) -> bytes:
    """Return the delivery note of a shipment as PDF, without prices. Errors: PdfUnavailable."""
    order = shipment.order
    with override(language):
        facts = [
            (_("Date"), _day(timezone.localtime(shipment.sent_at).date())),
            (_("Order"), order.number),
        ]
        if shipment.carrier:
            facts.append((_("Carrier"), shipment.carrier))
        if shipment.tracking:
            facts.append((_("Tracking number"), shipment.tracking))
        parcels = list(shipment.lines.select_related("line__product", "lot"))
        for parcel in parcels:
            parcel.shown_quantity = _short(parcel.quantity)  # type: ignore[attr-defined]
        context = {
            **_base(order, reader),
            "heading": _("Delivery note"),
            "shipment": shipment,
            "parcels": parcels,
            "address": shipment.address or order.delivery_address or order.customer.address,
            "facts": facts,
        }
    return render_pdf("orders/documents/delivery_note.html", context, language=language)


def _base(order: Order, reader: User) -> dict[str, Any]:
    company = CompanySettings.current()
    customer = order.customer
    sees_tax = reader.sees_field("customers.identifiers") == VISIBLE
    return {
        "company": company,
        "order": order,
        "address": order.delivery_address or customer.address,
        "customer_phone": shown_point("phone", customer.phone, reader),
        "customer_tax": customer.tax_id if sees_tax else "",
        "page_mark": order.number,
    }


def _lines(order: Order) -> Sequence[OrderLine]:
    lines = list(order.lines.select_related("product"))
    for line in lines:
        shown: Any = line
        shown.shown_quantity = _short(line.quantity)
        shown.shown_price = _price(line.unit_price, order.currency)
        shown.shown_discount = f"{_short(line.discount_percent)}%"
        shown.shown_tax = f"{_short(line.tax_percent)}%"
        shown.shown_net = format_number(line.net, order.currency)
    return lines


def _order_facts(order: Order, *, is_quote: bool) -> list[tuple[str, str]]:
    when = order.created_at if is_quote else (order.confirmed_at or order.created_at)
    facts = [(_("Date"), _day(timezone.localtime(when).date()))]
    if is_quote and order.valid_until:
        facts.append((_("Valid until"), _day(order.valid_until)))
    if order.promised_on:
        facts.append((_("Promised for"), _day(order.promised_on)))
    if order.owner:
        facts.append((_("Your contact"), order.owner.shown_name))
    return facts


def _day(day: date) -> str:
    return date_format(day, "j F Y")


def _price(price: Decimal, currency: str) -> str:
    """With the digits that it is reckoned with, which may be more than the currency has."""
    if round_money(price, currency) == price:
        return format_number(price, currency)
    return f"{price.normalize():,f}"


def _short(number: Decimal) -> Decimal:
    """Without zeros that say nothing: 2.000 is 2."""
    whole = number.to_integral_value()
    return whole if number == whole else number.normalize()

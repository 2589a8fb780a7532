"""What each document shows. One query for each kind of row, whatever their number."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from accounts.models import CompanySettings, User
from crm_project.kit.pdf import PORTRAIT, fit_columns, render_pdf
from customers.masking import VISIBLE, shown_point
from orders.amounts import written
from orders.clock import day_at
from orders.models import Order, OrderLine, Payment, Shipment, ShipmentLine

QUOTE, INVOICE = "quote", "invoice"
_SIZE = 9.5  # points
_LONGEST_LOT = 24  # characters on one line


@dataclass(frozen=True)
class PrintedLine:
    """An item as a quote or invoice has it; every value a text."""

    name: str
    sku: str
    quantity: str
    price: str
    discount: str
    tax: str
    net: str


@dataclass(frozen=True)
class Parcel:
    """An item as a delivery note has it."""

    name: str
    sku: str
    lot: str
    quantity: str


def print_order(order: Order, kind: str, *, language: str, reader: User) -> bytes:
    """Return the quote or invoice of an order as PDF; `reader` sees only what their role allows.

    Errors: PdfUnavailable.
    """
    with override(language):
        is_quote, is_off = kind == QUOTE, order.status == Order.Status.CANCELLED
        lines = [_printed(line, order.currency) for line in order.lines.select_related("product")]
        heads = [_("Item"), _("Quantity"), _("Price"), _("Discount"), _("Tax"), _("Total")]
        cells = [("", one.quantity, one.price, one.discount, one.tax, one.net) for one in lines]
        context = {
            **_base(order, reader),
            "heading": _("Quote") if is_quote else _("Tax invoice"),
            "is_quote": is_quote,
            "shows_payments": not is_quote and not is_off,  # nothing is paid, nothing is owed
            "stamp": _stamp(order, is_quote=is_quote),
            "lines": lines,
            "heads": heads,
            "columns": fit_columns(heads, cells, width=PORTRAIT, size=_SIZE),
            "discount": -order.discount,
            "facts": _order_facts(order, is_quote=is_quote),
        }
    return render_pdf("orders/documents/order.html", context, language=language)


def _stamp(order: Order, *, is_quote: bool) -> str:
    if order.status == Order.Status.CANCELLED:
        return order.get_status_display()
    return _("Paid") if not is_quote and order.balance <= 0 else ""


def print_receipt(payment: Payment, *, language: str, reader: User) -> bytes:
    """Return the receipt of a payment or refund as PDF, with the balance that it left, whatever was
    paid or came back later. Errors: PdfUnavailable.
    """
    order = payment.order
    sums = order.payments.filter(pk__lte=payment.pk).aggregate(paid=Sum("amount", default=0))
    back = order.returns.filter(at__lte=payment.at).aggregate(credit=Sum("credit", default=0))
    with override(language):
        facts = [
            (_("Date"), _day(day_at(payment.at, order.branch))),
            (_("Order"), order.number),
            (_("Method"), payment.get_method_display()),
        ]
        if payment.reference:
            facts.append((_("Reference"), payment.reference))
        context = {
            **_base(order, reader),
            "heading": _("Refund receipt") if payment.is_refund else pgettext("payment", "Receipt"),
            "payment": payment,
            "amount": abs(payment.amount),
            "paid": sums["paid"],
            "owed": order.total - back["credit"] - sums["paid"],
            "facts": facts,
        }
    return render_pdf("orders/documents/receipt.html", context, language=language)


def print_delivery_note(shipment: Shipment, *, language: str, reader: User) -> bytes:
    """Return the delivery note of a shipment as PDF, without prices. Errors: PdfUnavailable."""
    order = shipment.order
    with override(language):
        facts = [
            (_("Date"), _day(day_at(shipment.sent_at, order.branch))),
            (_("Order"), order.number),
        ]
        if shipment.carrier:
            facts.append((_("Carrier"), shipment.carrier))
        if shipment.tracking:
            facts.append((_("Tracking number"), shipment.tracking))
        rows = shipment.lines.select_related("line__product", "lot")
        parcels = [_parcel(row) for row in rows]
        heads = [_("Item"), _("Lot or serial number"), _("Quantity")]
        cells = [("", one.lot[:_LONGEST_LOT], one.quantity) for one in parcels]
        context = {
            **_base(order, reader),
            "heading": _("Delivery note"),
            "shipment": shipment,
            "parcels": parcels,
            "heads": heads,
            "columns": fit_columns(heads, cells, width=PORTRAIT, size=_SIZE),
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


def _printed(line: OrderLine, currency: str) -> PrintedLine:
    has_discount = line.discount_percent > 0
    return PrintedLine(
        name=line.name,
        sku=line.product.sku,
        quantity=f"{_short(line.quantity)} {line.product.get_unit_display()}",
        price=written(line.unit_price, currency, is_grouped=True),
        discount=f"{_short(line.discount_percent)}%" if has_discount else "—",
        tax=f"{_short(line.tax_percent)}%",
        net=written(line.net, currency, is_grouped=True),
    )


def _parcel(row: ShipmentLine) -> Parcel:
    product = row.line.product
    return Parcel(
        name=row.line.name,
        sku=product.sku,
        lot=str(row.lot or "—"),
        quantity=f"{_short(row.quantity)} {product.get_unit_display()}",
    )


def _order_facts(order: Order, *, is_quote: bool) -> list[tuple[str, str]]:
    when = order.created_at if is_quote else (order.confirmed_at or order.created_at)
    facts = [(_("Date"), _day(day_at(when, order.branch)))]
    if is_quote and order.valid_until:
        facts.append((_("Valid until"), _day(order.valid_until)))
    if order.promised_on:
        facts.append((_("Promised for"), _day(order.promised_on)))
    if order.owner:
        facts.append((_("Your contact"), order.owner.shown_name))
    return facts


def _day(day: date) -> str:
    return date_format(day, "j F Y")


def _short(number: Decimal) -> str:
    """Grouped, without zeros that say nothing: 2.000 is 2."""
    whole = number.to_integral_value()
    return f"{whole if number == whole else number.normalize():,f}"

"""Words for the log's entries about orders, and for their notifications."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

VERBS: Mapping[str, Any] = {
    "order.quote": _("wrote a quote"),
    "order.changed": _("changed the quote"),
    "order.confirmed": _("confirmed the order"),
    "order.inspected": _("cleared the order's inspection"),
    "order.in_progress": _("began work on the order"),
    "order.ready": _("made the order ready"),
    "order.part_shipped": _("shipped part of the order"),
    "order.shipped": _("shipped the order"),
    "order.shipment_moved": _("moved a shipment along"),
    "order.delivered": _("delivered the order"),
    "order.installed": _("installed the order"),
    "order.closed": _("closed the order"),
    "order.cancelled": _("cancelled the order"),
    "order.returned": _("took the whole order back"),
    "order.goods_returned": _("took goods back"),
    "order.assigned": _("handed the order over"),
    "order.promised": _("changed the promised date"),
    "order.payment": _("recorded a payment"),
    "order.refund": _("refunded a payment"),
    "order.document_sent": _("sent a document of the order"),
    "orders.exported": _("exported orders"),
    "exchange_rate.added": _("added an exchange rate"),
}
NOTICES: Mapping[str, Any] = {
    "order.assigned": _("An order was handed to you"),
}
# How a kind of timeline entry looks: words, icon, colour. The longest known beginning counts.
TIMELINE: Mapping[str, tuple[Any, str, str]] = {
    "order.quote": (_("quote written"), "file-text", "ord"),
    "order.confirmed": (_("order confirmed"), "shopping-cart", "ord"),
    "order.in_progress": (_("order in work"), "tools", "ord"),
    "order.ready": (_("order ready"), "package", "ord"),
    "order.part_shipped": (_("part of an order shipped"), "truck-delivery", "ord"),
    "order.shipped": (_("order shipped"), "truck-delivery", "ord"),
    "order.delivered": (_("order delivered"), "circle-check", "ord"),
    "order.installed": (_("order installed"), "tools", "ord"),
    "order.closed": (_("order closed"), "circle-check", "ord"),
    "order.cancelled": (_("order cancelled"), "x", "ord"),
    "order.returned": (_("order returned"), "arrow-back-up", "ord"),
    "order.return": (_("goods returned"), "arrow-back-up", "ord"),
    "order.payment": (_("payment received"), "cash", "ord"),
    "order.refund": (_("payment refunded"), "cash", "ord"),
    "order.sent.whatsapp": (_("document sent by WhatsApp"), "brand-whatsapp", "ord"),
    "order.sent.email": (_("document sent by e-mail"), "mail", "ord"),
    "order": (_("order"), "shopping-cart", "ord"),
}

"""Documents of an order on its page: opened, sent in one click, and what became of that."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from crm_project.kit.text import isolate, whole_number
from customers.masking import shown_point
from messaging.models import Conversation, Message, MessageFile
from messaging.models.channels import ChannelKind
from messaging.words import reason_label
from orders import permissions
from orders.models import Order, Payment, Shipment
from orders.services import (
    CHANNELS,
    DocumentToSend,
    PaperKind,
    may_send,
    part_of,
    send_document,
    sendings_of,
)

from .reach import OrderView, done

LANGUAGES = {"ar": "العربية", "en": "English"}
_LOOKS = {  # status: icon, colour
    Message.Status.QUEUED: ("clock", ""),
    Message.Status.SENDING: ("clock", ""),
    Message.Status.UNKNOWN: ("help-circle", "warn"),
    Message.Status.SENT: ("check", ""),
    Message.Status.DELIVERED: ("checks", "good"),
    Message.Status.READ: ("checks", "good"),
    Message.Status.FAILED: ("alert-circle", "bad"),
}


@dataclass(frozen=True, kw_only=True)
class Sending:
    """The newest sending of a document by one channel, ready to show."""

    message: Message
    to: str
    icon: str
    tone: str
    reason: str


@dataclass(kw_only=True)
class PaperRow:
    """One document on the page."""

    kind: str
    target: int | None = None
    label: str = ""
    url: str = ""
    is_sendable: bool = True
    sendings: list[Sending] = field(default_factory=list)
    request_id: UUID = field(default_factory=uuid4)

    @property
    def part(self) -> str:
        """Its name among the documents of the order."""
        return part_of(self.kind, self.target)


def papers_context(
    order: Order, user: Any, *, payments: Iterable[Payment], shipments: Iterable[Shipment]
) -> dict[str, Any]:
    """The documents of the page with what became of each, in one query.

    Payments and shipments get theirs as `paper`.
    """
    papers = _of_order(order)
    rows = list(papers)
    of_records: list[tuple[str, Any]] = [
        *((PaperKind.RECEIPT, one) for one in payments),
        *((PaperKind.DELIVERY_NOTE, one) for one in shipments),
    ]
    for kind, record in of_records:
        record.paper = PaperRow(kind=kind, target=record.pk)
        rows.append(record.paper)
    by_part = {row.part: row for row in rows}
    conversations = set()
    for file in sendings_of(order, by_part):
        by_part[file.part].sendings.append(_sending(file, user))
        conversations.add(file.message.conversation_id)
    chosen = order.customer.language
    return {
        "papers": papers,
        "has_sent": any(row.sendings for row in papers),
        "sent_to": sorted(conversations),
        "language": (chosen, LANGUAGES.get(chosen, chosen)),
        "other_language": next((code, name) for code, name in LANGUAGES.items() if code != chosen),
    }


def _of_order(order: Order) -> list[PaperRow]:
    found = [PaperRow(kind=PaperKind.QUOTE, label=_("Quote"))]
    if order.confirmed_at is not None:
        found.append(PaperRow(kind=PaperKind.INVOICE, label=_("Invoice")))
    for paper in found:
        paper.url = reverse("orders:document", args=[order.pk, paper.kind])
        paper.is_sendable = may_send(order, paper.kind)
    return found


def _sending(file: MessageFile, user: Any) -> Sending:
    message = file.message
    icon, tone = _LOOKS.get(Message.Status(message.status), ("clock", ""))
    kind = message.conversation.kind
    reason = reason_label(message.error, kind) if message.status == Message.Status.FAILED else ""
    to = address_of(message.conversation, user)
    return Sending(message=message, to=to, icon=icon, tone=tone, reason=reason)


def address_of(conversation: Conversation, user: Any) -> str:
    """The number or address of a conversation as the reader may see it."""
    if conversation.kind == ChannelKind.WHATSAPP:
        return shown_point("phone", conversation.phone, user) or conversation.username
    return shown_point("email", conversation.email, user)


class DocumentSendView(OrderView):
    """Sends a document by WhatsApp or e-mail; the same submit again sends nothing more."""

    permission_required = permissions.SEND
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, kind: str) -> HttpResponse:
        order = self.order(pk)
        wanted, request_id = _asked(request, kind)
        message = send_document(order, wanted, actor=self.me, request_id=request_id)
        to = address_of(message.conversation, self.me)
        name = {"name": isolate(order.customer.name), "to": isolate(to)}
        is_mail = wanted.channel == ChannelKind.EMAIL
        text = _("On its way to %(name)s by e-mail: %(to)s") if is_mail else None
        text = text or _("On its way to %(name)s by WhatsApp: %(to)s")
        return done(request, order, text % name)


def _asked(request: HttpRequest, kind: str) -> tuple[DocumentToSend, UUID]:
    """What the form asks for: `way` is channel and language. Raises Http404 for no form of ours."""
    channel, _colon, language = request.POST.get("way", "").partition(":")
    written = request.POST.get("target", "")
    target = whole_number(written)
    is_known = channel in CHANNELS and language in LANGUAGES
    if not is_known or (written and target is None):
        raise Http404
    try:
        request_id = UUID(request.POST.get("request_id", ""))
    except ValueError as error:
        raise Http404 from error
    return DocumentToSend(kind=kind, channel=channel, language=language, target=target), request_id

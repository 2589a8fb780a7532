"""Documents of orders sent to the customer by WhatsApp or e-mail."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import CompanySettings, User
from crm_project.kit.errors import BusinessError
from crm_project.kit.text import whole_number
from messaging.models import Message, MessageFile
from messaging.models.channels import ChannelKind
from messaging.services import NewFile, NewReply, conversation_with, queue_reply
from orders.errors import QuoteOfCancelled, QuoteOfReturned
from orders.models import Order

from .journal import add_line, log
from .papers import Paper, PaperKind, paper_of

CHANNELS = (ChannelKind.WHATSAPP, ChannelKind.EMAIL)
PDF = "application/pdf"
_ABOUT = "order:"
_OVER: dict[str, type[BusinessError]] = {  # whoever gets a quote takes it for an offer
    Order.Status.CANCELLED: QuoteOfCancelled,
    Order.Status.RETURNED: QuoteOfReturned,
}


@dataclass(frozen=True, kw_only=True)
class DocumentToSend:
    """What goes how: `kind` is a PaperKind, `channel` whatsapp or email.

    `target` is the payment or shipment of a receipt or delivery note, the newest if None; without a
    `language` it is the customer's.
    """

    kind: str
    channel: str
    language: str = ""
    target: int | None = None


@transaction.atomic
def send_document(
    order: Order, wanted: DocumentToSend, *, actor: User, request_id: UUID
) -> Message:
    """Queue a document for the order's customer with the very bytes that will be sent.

    The document is as the actor sees it: nobody sends what they may not read. The same submit again
    gives the message that is there. Errors: NoSuchDocument, PdfUnavailable, QuoteOfCancelled,
    QuoteOfReturned, and the refusals of `messaging.services.conversation_with` (nobody to write
    to, window closed …).
    """
    paper = paper_of(order, wanted.kind, target=wanted.target)
    language = wanted.language or order.customer.language
    key = f"paper:{order.pk}:{uuid5(request_id, f'{paper.part} {wanted.channel} {language}').hex}"
    if known := _known(key):
        return known
    if obstacle := _OVER.get(order.status) if wanted.kind == PaperKind.QUOTE else None:
        raise obstacle
    channel = wanted.channel
    conversation = conversation_with(order.customer, channel=channel, branch=order.branch)
    caption = _caption(paper, language)
    file = NewFile(
        name=paper.file_name,
        content_type=PDF,
        body=paper.render(language, actor),
        about=_about(order),
        part=paper.part,
    )
    new = queue_reply(
        NewReply(
            conversation=conversation,
            text=caption,
            subject=caption,
            key=key,
            author=actor,
            file=file,
        )
    )
    message = _known(key)
    assert message is not None  # just written, or by the same submit a moment ago
    if new:
        _tell(order, paper, message, actor=actor)
    return message


def _known(key: str) -> Message | None:
    rows = Message.objects.filter(idempotency_key=key).select_related("conversation")
    return rows.first()


def _about(order: Order) -> str:
    return f"{_ABOUT}{order.pk}"


def may_send(order: Order, kind: str) -> bool:
    """Return False for the quote of an order that is cancelled or returned: it offers nothing."""
    return kind != PaperKind.QUOTE or order.status not in _OVER


def obstacle_to_paper(about: str, part: str) -> type[BusinessError] | None:
    """Return what has come up against a document that waits to leave, None where nothing has.

    `about` and `part` are those of its MessageFile; the order may be over since it was queued.
    """
    pk = whole_number(about.removeprefix(_ABOUT)) if about.startswith(_ABOUT) else None
    if pk is None or part != PaperKind.QUOTE:
        return None
    status = Order.objects.filter(pk=pk).values_list("status", flat=True).first()
    return _OVER.get(status or "")


def _caption(paper: Paper, language: str) -> str:
    """One line in the customer's language: what it is, and from whom."""
    with override(language):
        return _("%(document)s from %(company)s") % {
            "document": paper.title(),
            "company": CompanySettings.current().name,
        }


def _tell(order: Order, paper: Paper, message: Message, *, actor: User) -> None:
    """The log and the timeline; the log says how and what, not to which number or address."""
    how = message.conversation.kind
    changes = {"document": ["", paper.file_name], "channel": ["", how]}
    log(order, "order.document_sent", actor=actor, changes=changes)
    source = f"message:{message.pk}"
    add_line(order, f"order.sent.{how}", source, actor=actor, text=message.text)


def sendings_of(order: Order, parts: Iterable[str]) -> list[MessageFile]:
    """Return the newest sending of each of these documents by each channel, in one query."""
    rows = MessageFile.objects.filter(about=_about(order), part__in=list(parts))
    newest = rows.order_by("part", "message__conversation__kind", "-pk")
    found = newest.distinct("part", "message__conversation__kind")
    return list(
        found.select_related("message__conversation").defer(
            "body", "message__text", "message__full_text", "message__html"
        )
    )

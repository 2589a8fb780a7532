"""E-mail out, by the SMTP server of EMAIL_URL."""

from collections.abc import Iterable
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.encoding import punycode
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import CompanySettings
from messaging.gateways.outcome import Outcome
from messaging.models import Channel, Conversation, Message
from messaging.models.channels import ChannelKind

from .answering import PREFIX, mail_id, parent_of, references_of, thread_subject
from .bounces import classify
from .compose import MailFile, NewMail, answer_subject, compose, direction_of
from .smtp import Answer, Handover, hand_over

BAD_ADDRESS, OWN_ADDRESS = "bad address", "our own address"  # see messaging.words
_STATUS = {
    Handover.ACCEPTED: Message.Status.SENT,
    Handover.REFUSED: Message.Status.FAILED,
    Handover.NOT_NOW: Message.Status.FAILED,
    Handover.UNKNOWN: Message.Status.UNKNOWN,
}


class EmailGateway:
    """Sends one message as one mail.

    SMTP knows no idempotency key: a mail that was handed over twice arrives twice at servers that
    do not compare Message-IDs. So nothing is repeated blindly: what broke before the end of the
    mail is tried again, what broke after it is left to a person. The Message-ID is made of the
    message's own key and stored before anything is sent; if a person does send it again, it is the
    same mail to mail programs, and a report or an answer finds its message.
    """

    can_repeat = False

    def send(self, message: Message) -> Outcome:
        message_id = _message_id(message)
        named = PREFIX + message_id
        Message.objects.filter(pk=message.pk).update(provider_id=named)
        recipient = _ascii(message.conversation.email)
        if problem := _problem(recipient):
            return Outcome(status=Message.Status.FAILED, provider_id=named, error=problem)
        sender, mailbox = _sender(message.conversation)
        mail = _mail(message, message_id=message_id, sender=sender, mailbox=mailbox)
        answer = hand_over(compose(mail), sender=sender, recipient=recipient)
        return Outcome(
            status=_STATUS[answer.handover],
            provider_id=named,
            error="" if answer.handover == Handover.ACCEPTED else answer.words,
            is_retry_wanted=answer.handover == Handover.NOT_NOW,
            is_address_gone=_is_gone(answer),
        )


def _is_gone(answer: Answer) -> bool:
    """Whether the server refuses the address for good, not us or the mail."""
    is_final = answer.handover == Handover.REFUSED and answer.knows_recipient
    return is_final and classify("failed", "", answer.words) == "hard"


def _message_id(message: Message) -> str:
    """The id under which the message is known, or the one that its key makes.

    It cannot be guessed, so whoever names it in an answer has been given a mail of ours.
    """
    if (message.provider_id or "").startswith(PREFIX):
        return (message.provider_id or "").removeprefix(PREFIX)
    key = message.idempotency_key or f"message:{message.pk}"
    digest = salted_hmac("messaging.message_id", key, algorithm="sha256").hexdigest()
    return f"{digest[:40]}@{urlsplit(settings.PUBLIC_URL).hostname or 'localhost'}"


def _ascii(address: str) -> str:
    """The address with its domain as DNS has it; "" where that is not possible."""
    local, at, domain = address.strip().rpartition("@")
    try:
        return f"{local}@{punycode(domain)}" if at and local.isascii() else ""
    except UnicodeError:
        return ""


def _problem(recipient: str) -> str:
    """Why no mail may go there: no address, or one that we read or write from (a loop)."""
    if not _is_address(recipient):
        return BAD_ADDRESS
    ours = Q(external_id__iexact=recipient) | Q(address__iexact=recipient)
    is_ours = recipient.lower() == parseaddr(settings.DEFAULT_FROM_EMAIL)[1].lower()
    is_ours = is_ours or Channel.objects.filter(ours, kind=ChannelKind.EMAIL).exists()
    return OWN_ADDRESS if is_ours else ""


def _sender(conversation: Conversation) -> tuple[str, str]:
    """The address that a mail comes from, and the mailbox that an answer should go to.

    The conversation's own mailbox, else (web forms, marketplaces) the first of its branch, so that
    answers are read; else the product's own sender, whose answers nobody reads here.
    """
    for channel in _mailboxes(conversation):
        for address in (_ascii(channel.address), _ascii(channel.external_id)):
            if _is_address(address):
                return address, address
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1], ""


def _mailboxes(conversation: Conversation) -> Iterable[Channel]:
    if conversation.kind == ChannelKind.EMAIL:
        return [conversation.channel]
    rows = Channel.objects.filter(kind=ChannelKind.EMAIL, branch_id=conversation.branch_id)
    return rows.filter(is_active=True).order_by("pk")[:5]


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _mail(message: Message, *, message_id: str, sender: str, mailbox: str) -> NewMail:
    conversation = message.conversation
    company = CompanySettings.current()
    with override("ar" if direction_of(message.text) == "rtl" else "en"):
        name, subject = company.name, _("Message from %(company)s") % {"company": company.name}
    parent = parent_of(message)
    return NewMail(
        message_id=message_id,
        sender=sender,
        sender_name=name,
        reply_to=mailbox,
        recipient=_ascii(conversation.email),
        recipient_name=conversation.name,
        subject=message.subject or answer_subject(thread_subject(message)) or subject,
        text=message.text,
        answers=mail_id(parent) if parent else "",
        references=references_of(parent) if parent else (),
        files=[
            MailFile(name=one.name, content_type=one.content_type, body=bytes(one.body))
            for one in message.files.order_by("pk")
        ],
        is_automatic=message.is_automatic,
    )

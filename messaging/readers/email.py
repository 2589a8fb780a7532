"""A mail: an enquiry, an answer in a known thread, or an automatic one that opens nothing."""

from messaging.gateways.email.answering import ANSWERS_ELSEWHERE, OTHER_SENDER
from messaging.gateways.email.mail import ParsedEmail
from messaging.gateways.email.marketplace import marketplace_fields
from messaging.gateways.email.parse import parse_email
from messaging.models import Channel, Signal
from messaging.models.channels import ChannelKind
from messaging.services.drain import Content
from messaging.services.inbox import Inbound, Person
from messaging.services.received import Announced

from .bounces import failures_of
from .channels import channel_for
from .threads import Thread, thread_of


def read_email(signal: Signal) -> Content:
    """Return the mail as one message; bounces, auto-replies, lists and receipts open no lead."""
    mail = parse_email(bytes(signal.body))
    mailbox = signal.source or _mailbox(mail)
    channel = channel_for(kind=ChannelKind.EMAIL, external_id=mailbox, address=mailbox)
    fields = marketplace_fields(mail)
    kind = "marketplace" if fields else mail.automatic or "email"
    content = Content(kinds=[kind])
    content.messages.append(_inbound(mail, channel, signal, fields, kind))
    content.statuses += failures_of(mail)
    return content


def _mailbox(mail: ParsedEmail) -> str:
    """The mailbox of a mail that came without one: who it was written to, else our first."""
    rows = Channel.objects.filter(kind=ChannelKind.EMAIL, is_active=True).order_by("pk")
    channels = dict(rows.values_list("external_id", "address"))
    written_to = {address.email for address in (*mail.to, *mail.cc)}
    named = (key for key, address in channels.items() if {key, address.lower()} & written_to)
    return next(named, next(iter(channels), "inbox"))


def _inbound(
    mail: ParsedEmail,
    channel: Channel,
    signal: Signal,
    fields: dict[str, str] | None,
    kind: str,
) -> Inbound:
    text = mail.new_text or mail.text
    person = _person(mail, fields)
    thread = thread_of(mail, channel, Person() if fields else person)
    return Inbound(
        channel=channel,
        person=person,
        provider_id=f"email:{mail.message_id}"[:300],
        sent_at=mail.date,
        kind=kind,
        subject=mail.subject,
        text=text,
        full_text=mail.text if mail.text != text else "",
        html=mail.html,
        answers=dict(fields or {}),
        details={
            **_details(mail),
            **_other_sender(thread, person),
            **({} if fields else _answers_elsewhere(mail, thread)),
        },
        reply_to=thread.reply_to,
        joins=thread.joins.pk if thread.joins else None,
        signal=signal,
        is_enquiry=bool(fields) or (mail.automatic is None and mail.sender is not None),
        is_automatic=mail.automatic is not None,
        files=_files(mail),
    )


def _files(mail: ParsedEmail) -> tuple[Announced, ...]:
    """The attachments of what a person wrote; reports, lists and holiday notices keep none."""
    if mail.automatic:
        return ()
    return tuple(
        Announced(name=part.name or part.content_type.partition("/")[0], size=len(part.content))
        for part in mail.attachments
    )


def _person(mail: ParsedEmail, fields: dict[str, str] | None) -> Person:
    if fields:  # a marketplace writes for somebody else: the person is in the body
        return Person(
            name=fields.get("name", ""),
            email=fields.get("email", "").lower(),
            key=fields.get("phone", "") or mail.message_id,
        )
    sender = mail.reply_to or mail.sender
    if sender is None:
        return Person(key=mail.message_id)
    name = mail.sender.name if mail.sender else sender.name
    return Person(name=name, email=sender.email, key=mail.message_id)


def _details(mail: ParsedEmail) -> dict[str, object]:
    return {
        "message_id": mail.message_id,
        "references": list(mail.references)[:50],
        "attachments": [
            {"name": part.name, "type": part.content_type, "bytes": len(part.content)}
            for part in mail.attachments
        ],
        **({"automatic": mail.automatic} if mail.automatic else {}),
        **({"bounce": list(mail.bounce.recipients)} if mail.bounce else {}),
    }


def _other_sender(thread: Thread, person: Person) -> dict[str, object]:
    """Who wrote, where it was not the address that the conversation is with."""
    if not thread.is_foreign(person.email):
        return {}
    return {OTHER_SENDER: {"name": person.name[:200], "email": person.email[:254]}}


def _answers_elsewhere(mail: ParsedEmail, thread: Thread) -> dict[str, object]:
    """Who wrote and where an answer will go, where those are addresses of two domains.

    An answer goes to Reply-To (RFC 5322 3.6.2), unless the mail joined a conversation by what it
    answers: then it goes where that conversation's answers have gone all along. Companies do so for
    good reasons, and so do those who want an order or a payment to go astray: people see both.
    """
    sender, answers = mail.sender, mail.reply_to
    if sender is None or answers is None or _domain(sender.email) == _domain(answers.email):
        return {}
    to = thread.joins.email if thread.joins else answers.email
    return {ANSWERS_ELSEWHERE: {"sender": sender.email[:254], "to": to[:254]}}


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower().rstrip(".")

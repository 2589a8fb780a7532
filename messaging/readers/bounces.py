"""A delivery report about our own mail: the message it returns has failed."""

from datetime import timedelta

from django.utils import timezone

from messaging.gateways.email.headers import message_ids, split_headers
from messaging.gateways.email.mail import Failure, ParsedEmail
from messaging.gateways.email.threading import thread_parent_ids
from messaging.models import Channel, Conversation, Message
from messaging.models.channels import ChannelKind
from messaging.services.inbox import Person
from messaging.services.statuses import Status

MOST_CONVERSATIONS = 50  # of one address, one a mailbox
LOOK_BACK = timedelta(days=7)  # mailers give up after five days (RFC 5321 4.5.4.1)
RETURNED = ("message/rfc822", "text/rfc822-headers")
FINAL = ("hard", "content", "unknown")  # soft: the mailer keeps trying


def failures_of(mail: ParsedEmail) -> list[Status]:
    """Return a failed status for every message of ours that the report says was not delivered.

    The message is found by its id in the report, else it is the last one that we sent to the
    recipient; an address that we never wrote to is ignored (facts B5). An address is said to be gone
    only by a report that knows the id, which cannot be guessed: anybody can write a report.
    """
    if mail.bounce is None:
        return []
    by_id = _sent_ids(mail)
    found = []
    for failure in _final(mail):
        for provider_id in by_id or _last_sent_to(failure.recipient):
            found.append(_failed(provider_id, failure, mail, is_proven=bool(by_id)))
    return found


def _final(mail: ParsedEmail) -> list[Failure]:
    bounce = mail.bounce
    if bounce is None:
        return []
    failures = bounce.failures or tuple(
        Failure(one, bounce.status, bounce.kind, bounce.diagnostic) for one in bounce.recipients
    )
    return [one for one in failures if one.kind in FINAL and not one.status.startswith("4.")][:20]


def _sent_ids(mail: ParsedEmail) -> list[str]:
    ids = [*thread_parent_ids(mail)]
    for part in mail.attachments:
        if part.content_type in RETURNED:
            headers, _body = split_headers(part.content, 0, len(part.content))
            ids += message_ids(headers.raw("message-id"), bare_too=True)
    keys = [f"email:{one}"[:300] for one in ids]
    rows = Message.objects.filter(provider_id__in=keys, direction=Message.Direction.OUT)
    return list(rows.values_list("provider_id", flat=True))


def _last_sent_to(address: str) -> list[str]:
    mailboxes = Channel.objects.exclude(kind=ChannelKind.WHATSAPP)  # forms are answered by mail
    person = Person(email=address.lower()).identity  # by which the conversation is indexed
    known = Conversation.objects.filter(channel__in=mailboxes, person=person)
    rows = Message.objects.filter(
        conversation__in=list(known.values_list("pk", flat=True)[:MOST_CONVERSATIONS]),
        direction=Message.Direction.OUT,
        provider_id__isnull=False,
        created_at__gte=timezone.now() - LOOK_BACK,
    )
    return [row.provider_id for row in rows.order_by("-pk")[:1] if row.provider_id]


def _failed(provider_id: str, failure: Failure, mail: ParsedEmail, *, is_proven: bool) -> Status:
    told = {"code": failure.status, "title": failure.diagnostic[:250] or failure.recipient}
    gone = failure.recipient if is_proven and failure.kind == "hard" else ""
    return Status(provider_id=provider_id, status="failed", at=mail.date, errors=[told], gone=gone)

"""Messages out: queued in the transaction of their cause, claimed by one UPDATE, sent once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from crm_project.kit.jobs import enqueue_many
from messaging.gateways.choose import gateway_of
from messaging.gateways.outcome import TemporaryFailure
from messaging.models import Conversation, Message
from messaging.models.channels import ChannelKind

from .statuses import update_from_receipts

WINDOW = timedelta(hours=24)  # WhatsApp: free-form answers after the person's last message


@dataclass(frozen=True, kw_only=True)
class NewReply:
    """A reply to write; the key makes a repeated cause send once."""

    conversation: Conversation
    text: str
    key: str
    author: User | None = None


def may_reply_now(conversation: Conversation) -> bool:
    """Return True while the channel lets us answer freely: it is the person's own enquiry."""
    if conversation.kind != ChannelKind.WHATSAPP:
        return bool(conversation.email)
    last = conversation.last_inbound_at
    return last is not None and timezone.now() - last < WINDOW


def queue_replies(replies: Sequence[NewReply]) -> list[Message]:
    """Write replies and queue their deliveries, in the caller's transaction; repeats are left out."""
    from messaging.tasks import deliver_message  # the task sits on this service

    rows = [_queued(reply) for reply in replies]
    known = set(
        Message.objects.filter(
            idempotency_key__in=[row.idempotency_key for row in rows]
        ).values_list("idempotency_key", flat=True)
    )
    new = [row for row in rows if row.idempotency_key not in known]
    Message.objects.bulk_create(new)
    enqueue_many(deliver_message, [{"message_id": row.pk} for row in new])
    return new


def queue_reply(reply: NewReply) -> Message | None:
    """Write one reply and queue its delivery; None for a repeat of the same key."""
    return next(iter(queue_replies([reply])), None)


def _queued(reply: NewReply) -> Message:
    return Message(
        idempotency_key=reply.key,
        conversation=reply.conversation,
        direction=Message.Direction.OUT,
        status=Message.Status.QUEUED,
        text=reply.text,
        author=reply.author,
        is_automatic=reply.author is None,
    )


def deliver(message_id: int) -> None:
    """Send one queued message. Safe to run twice: only the run that claims it sends it.

    A run that died in between leaves `sending`: its outcome is unknown, so a person decides; it is
    never sent blindly again (facts A4).
    """
    claimed = Message.objects.filter(pk=message_id, status=Message.Status.QUEUED)
    if not claimed.update(status=Message.Status.SENDING):
        return
    message = Message.objects.select_related("conversation__channel").get(pk=message_id)
    outcome = gateway_of(message.conversation.kind).send(message)
    with transaction.atomic():
        Message.objects.filter(pk=message_id, status=Message.Status.SENDING).update(
            status=outcome.status, provider_id=outcome.provider_id or None, error=outcome.error[:300]
        )
        if outcome.provider_id:
            update_from_receipts({outcome.provider_id})
    if outcome.is_retry_wanted:
        Message.objects.filter(pk=message_id).update(status=Message.Status.QUEUED)
        raise TemporaryFailure(outcome.error)

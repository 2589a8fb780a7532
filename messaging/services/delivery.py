"""Messages out: queued in the transaction of their cause, claimed by one UPDATE, sent once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services import Notice, Reason, notify, record
from crm_project.kit.jobs import enqueue_many
from messaging.gateways.choose import gateway_of
from messaging.gateways.outcome import Outcome, TemporaryFailure
from messaging.models import Conversation, Message
from messaging.models.channels import ChannelKind

from .signals import storable
from .statuses import lock_ids, tell_delivery, update_from_receipts

log = structlog.get_logger(__name__)
INTERRUPTED_AFTER = timedelta(seconds=60)  # far longer than any request may take
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
    """Write replies and queue their deliveries, in the caller's transaction; no repeats."""
    from messaging.tasks import deliver_message  # the task sits on this service

    if not replies:
        return []
    try:
        with transaction.atomic():
            new = _write(replies)
    except IntegrityError:  # the same key, a moment ago in another transaction: visible by now
        new = _write(replies)
    enqueue_many(deliver_message, [{"message_id": row.pk} for row in new])
    return new


def _write(replies: Sequence[NewReply]) -> list[Message]:
    by_key = {reply.key: reply for reply in reversed(replies)}
    rows = Message.objects.filter(idempotency_key__in=by_key)
    known = set(rows.values_list("idempotency_key", flat=True))
    new = [_queued(reply) for key, reply in reversed(by_key.items()) if key not in known]
    return Message.objects.bulk_create(new)


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


def deliver(message_id: int, *, is_last_try: bool = False) -> None:
    """Send one queued message. Safe to run twice: only the run that claims it sends it.

    A run that died in between leaves `sending`: its outcome is unknown, so a person decides; it is
    never sent blindly again (facts A4). Raises TemporaryFailure where the job is to try again.
    """
    claimed = Message.objects.filter(pk=message_id, status=Message.Status.QUEUED)
    if not claimed.update(status=Message.Status.SENDING, sent_at=timezone.now()):
        return
    message = Message.objects.select_related("conversation__channel").get(pk=message_id)
    outcome = _send(message)
    is_retry = outcome.is_retry_wanted and not is_last_try
    with transaction.atomic():
        if outcome.provider_id:
            lock_ids({outcome.provider_id})
        Message.objects.filter(pk=message_id, status=Message.Status.SENDING).update(
            status=Message.Status.QUEUED if is_retry else outcome.status,
            provider_id=outcome.provider_id or None,
            error=storable(outcome.error)[:300],
        )
        if outcome.provider_id:
            update_from_receipts({outcome.provider_id})
        tell_delivery([message.conversation])
    if is_retry:
        raise TemporaryFailure(outcome.error)


def settle_interrupted_sends() -> int:
    """Deal with sends that a dying worker left unfinished; returns how many there were.

    A gateway that can repeat does so; of the others nobody knows whether the message left, so the
    person who owns the conversation is told (SECURITY.md DL-2).
    """
    left = Message.objects.filter(
        status=Message.Status.SENDING, sent_at__lt=timezone.now() - INTERRUPTED_AFTER
    ).select_related("conversation__owner", "conversation__customer")
    rows = list(left.order_by("sent_at")[:100])
    for message in rows:
        with transaction.atomic():
            _settle_interrupted(message)
    return len(rows)


def _settle_interrupted(message: Message) -> None:
    from messaging.tasks import deliver_message  # the task sits on this service

    can_repeat = gateway_of(message.conversation.kind).can_repeat
    status = Message.Status.QUEUED if can_repeat else Message.Status.UNKNOWN
    held = Message.objects.filter(pk=message.pk, status=Message.Status.SENDING)
    if not held.update(status=status):
        return
    tell_delivery([message.conversation])
    if can_repeat:
        enqueue_many(deliver_message, [{"message_id": message.pk}])
        return
    reason = Reason(rule="delivery.interrupted", version="1", evidence=(f"message:{message.pk}",))
    record(None, "message.outcome_unknown", message.conversation, reason=reason)
    owner, customer = message.conversation.owner, message.conversation.customer
    if owner:
        notify(
            Notice(
                user=owner,
                kind="message.outcome_unknown",
                subject=str(message.conversation),
                detail=message.text[:300],
                url=customer.get_absolute_url() if customer else reverse("home"),
                key=f"message.outcome_unknown:{message.pk}",
            )
        )


def _send(message: Message) -> Outcome:
    """Send by the channel's gateway; one that breaks leaves the outcome unknown."""
    try:
        return gateway_of(message.conversation.kind).send(message)
    except Exception as error:
        log.exception("send_broke", message=message.pk)
        return Outcome(status=Message.Status.UNKNOWN, error=repr(error))

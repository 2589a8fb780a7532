"""Messages out: queued in the transaction of their cause, claimed by one UPDATE, sent once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

import structlog
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from crm_project.kit.jobs import enqueue_many
from messaging.gateways.choose import gateway_of
from messaging.gateways.outcome import Outcome, TemporaryFailure
from messaging.models import Conversation, Message, MessageFile

from .bounced import hold_address
from .obstacles import obstacle_to, obstacle_to_files
from .statuses import lock_ids, tell_delivery, update_from_receipts
from .unsent import VERBS, hand_to_person, storable_error

log = structlog.get_logger(__name__)
INTERRUPTED_AFTER = timedelta(minutes=2)  # longer than any gateway may take for one message
PEOPLE = ("author", "conversation__owner", "conversation__customer")
DOCUMENT = "document"  # the kind of a message that is a file


@dataclass(frozen=True, kw_only=True)
class NewFile:
    """A file to send; `about` and `part` say what it shows, see MessageFile."""

    name: str
    content_type: str
    body: bytes
    about: str = ""
    part: str = ""


@dataclass(frozen=True, kw_only=True)
class NewReply:
    """A reply to write; the key makes a repeated cause send once.

    Without a `subject` a mail has that of its thread.
    """

    conversation: Conversation
    text: str
    key: str
    author: User | None = None
    subject: str = ""
    file: NewFile | None = None


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
    made = Message.objects.bulk_create(new)
    _keep_files(made, by_key)
    return made


def _keep_files(messages: Sequence[Message], by_key: Mapping[str, NewReply]) -> None:
    """Store the bytes that will be sent; the message says which, so that a thread asks for none."""
    files = [
        _file(message, new)
        for message in messages
        if (new := by_key[message.idempotency_key or ""].file)
    ]
    MessageFile.objects.bulk_create(files)
    for file in files:
        shown = {"id": file.pk, "name": file.name, "size": file.size}
        file.message.details = {"files": [shown]}
    Message.objects.bulk_update([file.message for file in files], ["details"])


def _file(message: Message, new: NewFile) -> MessageFile:
    return MessageFile(
        message=message,
        name=new.name[:200],
        content_type=new.content_type[:80],
        body=new.body,
        size=len(new.body),
        sha256=sha256(new.body).hexdigest(),
        about=new.about,
        part=new.part,
    )


def queue_reply(reply: NewReply) -> Message | None:
    """Write one reply and queue its delivery; None for a repeat of the same key."""
    return next(iter(queue_replies([reply])), None)


def _queued(reply: NewReply) -> Message:
    return Message(
        idempotency_key=reply.key,
        conversation=reply.conversation,
        direction=Message.Direction.OUT,
        status=Message.Status.QUEUED,
        kind=DOCUMENT if reply.file else "text",
        subject=reply.subject[:300],
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
    message = Message.objects.select_related("conversation__channel", *PEOPLE).get(pk=message_id)
    outcome = _obstacle(message) or _send(message)
    is_retry = outcome.is_retry_wanted and not is_last_try
    with transaction.atomic():
        if outcome.provider_id:
            lock_ids({outcome.provider_id})
        Message.objects.filter(pk=message_id, status=Message.Status.SENDING).update(
            status=Message.Status.QUEUED if is_retry else outcome.status,
            provider_id=outcome.provider_id or None,
            error=storable_error(outcome.error),
        )
        if outcome.provider_id:
            update_from_receipts({outcome.provider_id})
        tell_delivery([message.conversation])
        if outcome.is_address_gone:
            hold_address(message, outcome.error)
        if not is_retry and outcome.status in VERBS:
            message.status = outcome.status
            hand_to_person(message, rule="delivery.refused")
    if is_retry:
        raise TemporaryFailure(outcome.error)


def settle_interrupted_sends() -> int:
    """Deal with sends that a dying worker left unfinished; returns how many there were.

    A gateway that can repeat does so; of the others nobody knows whether the message left, so the
    person who owns the conversation is told (SECURITY.md DL-2).
    """
    left = Message.objects.filter(
        status=Message.Status.SENDING, sent_at__lt=timezone.now() - INTERRUPTED_AFTER
    ).select_related(*PEOPLE)
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
    message.status = Message.Status.UNKNOWN
    hand_to_person(message, rule="delivery.interrupted")


def _obstacle(message: Message) -> Outcome | None:
    """What has come up against the message since it was queued; its code is kept as the reason."""
    obstacle = obstacle_to(message.conversation) or obstacle_to_files(message)
    return Outcome(status=Message.Status.FAILED, error=obstacle.code) if obstacle else None


def _send(message: Message) -> Outcome:
    """Send by the channel's gateway; one that breaks leaves the outcome unknown."""
    try:
        return gateway_of(message.conversation.kind).send(message)
    except Exception as error:
        log.exception("send_broke", message=message.pk)
        return Outcome(status=Message.Status.UNKNOWN, error=repr(error))

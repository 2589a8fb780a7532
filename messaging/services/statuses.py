"""What became of our messages: statuses in any order, repeats harmless, never a step back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zlib import crc32

from django.db import connection

from crm_project.kit.live import branch_group, tell_once, user_group
from crm_project.kit.text import whole_number
from messaging.gateways.whatsapp.statuses import merge_status
from messaging.models import Conversation, Message, StatusReceipt

from .bounced import hold_reported
from .unsent import hand_to_person, storable_error

LOCKS = 64  # advisory locks over which the provider's ids are spread
LOCK_SPACE = 7_010_001  # any number that no other two-part advisory lock of ours uses


@dataclass(frozen=True, kw_only=True)
class Status:
    """One status as the provider told it."""

    provider_id: str
    status: str
    at: datetime | None = None
    errors: list[dict[str, Any]] = field(default_factory=list)
    pricing: dict[str, Any] = field(default_factory=dict)
    our_id: str = ""  # the id that we gave the provider when sending
    recipient: str = ""  # E.164 or BSUID
    gone: str = ""  # a mail address that does not exist, by this report


def apply_statuses(told: Sequence[Status]) -> None:
    """Keep every status once and move the messages that are known already."""
    if not told:
        return
    lock_ids({status.provider_id for status in told})
    _recognise_ours(told)
    rows = [
        StatusReceipt(
            provider_id=status.provider_id[:300],
            status=status.status[:12],
            at=status.at,
            errors=status.errors,
            pricing=status.pricing,
        )
        for status in told
    ]
    known = _known_failures(told)
    StatusReceipt.objects.bulk_create(rows, ignore_conflicts=True)
    update_from_receipts({status.provider_id for status in told})
    hold_reported(
        (one.provider_id, one.gone, _words_of(one.errors))
        for one in told
        if one.gone and one.provider_id not in known
    )


def _known_failures(told: Sequence[Status]) -> set[str]:
    """The messages whose failure was told before: a report read again holds no address again."""
    gone = [one.provider_id for one in told if one.gone]
    rows = StatusReceipt.objects.filter(provider_id__in=gone, status="failed")
    return set(rows.values_list("provider_id", flat=True)) if gone else set()


def lock_ids(provider_ids: set[str]) -> None:
    """Let nobody else learn of these ids until the end of the transaction.

    A status and the answer to the send that it is about may be written at the same moment; each
    would miss the other's uncommitted row.
    """
    places = sorted({crc32(provider_id.encode()) % LOCKS for provider_id in provider_ids})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(%s, place) FROM unnest(%s::int[]) AS place",
            [LOCK_SPACE, places],
        )


def _recognise_ours(told: Sequence[Status]) -> None:
    """Give a message of unknown outcome the provider's id, where a status names it (facts A4)."""
    named = {
        number: one
        for one in told
        if one.recipient and (number := whole_number(one.our_id)) is not None
    }
    if not named:
        return
    rows = Message.objects.filter(
        pk__in=named,
        direction=Message.Direction.OUT,
        provider_id=None,
        status__in=[Message.Status.SENDING, Message.Status.UNKNOWN],
    ).select_related("conversation")
    for message in rows.select_for_update(of=("self",)).order_by("pk"):
        status, person = named[message.pk], message.conversation
        is_free = not Message.objects.filter(provider_id=status.provider_id).exists()
        if is_free and status.recipient in (person.phone, person.bsuid):
            message.provider_id = status.provider_id
            message.save(update_fields=["provider_id"])


def update_from_receipts(provider_ids: set[str]) -> None:
    """Merge all kept statuses into the messages; also right after a send, for early statuses."""
    receipts: dict[str, list[StatusReceipt]] = {}
    for receipt in StatusReceipt.objects.filter(provider_id__in=provider_ids).order_by("pk"):
        receipts.setdefault(receipt.provider_id, []).append(receipt)
    changed, moved = [], []
    rows = Message.objects.filter(provider_id__in=receipts, direction=Message.Direction.OUT)
    of_whom = rows.select_related("author", "conversation__owner", "conversation__customer")
    for message in of_whom.select_for_update(of=("self",)).order_by("pk"):
        before = message.status
        for receipt in receipts[message.provider_id or ""]:
            _merge(message, receipt)
        changed.append(message)
        if message.status != before:
            moved.append(message.conversation)
            if message.status == Message.Status.FAILED:  # it had seemed to be on its way
                hand_to_person(message, rule="delivery.reported")
    Message.objects.bulk_update(changed, ["status", "status_times", "error"])
    tell_delivery(moved)


def tell_delivery(conversations: Iterable[Conversation]) -> None:
    """After the commit, tell open pages that a message of ours got another status.

    The topic names the conversation ("delivery-17"), so that of all the pages that hear it only
    those that show it ask again.
    """
    for conversation in conversations:
        groups = {branch_group(None), branch_group(conversation.branch_id)}
        if conversation.owner_id:
            groups.add(user_group(conversation.owner_id))
        tell_once(groups, f"delivery-{conversation.pk}")


def _merge(message: Message, receipt: StatusReceipt) -> None:
    merged = merge_status(message.status, receipt.status)
    if merged in Message.Status.values:
        message.status = merged
    elif merged == "played":
        message.status = Message.Status.READ
    if receipt.at:
        message.status_times.setdefault(receipt.status, receipt.at.isoformat())
    if message.status != Message.Status.FAILED:
        message.error = ""
    elif receipt.errors:
        message.error = storable_error(_words_of(receipt.errors))


def _words_of(errors: Sequence[Mapping[str, Any]]) -> str:
    first = errors[0] if errors else {}
    return f"{first.get('code', '')} {first.get('title', '')}".strip()

"""Files that people sent us: expected with their message, fetched and checked in a job, kept once."""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Any

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.services import Notice, Reason, check_upload, notify, record
from crm_project.kit.jobs import enqueue, enqueue_many
from crm_project.kit.scanner import FileInfected, ScannerUnavailable
from customers.errors import BadFile
from customers.services import TimelineLine, add_to_timeline
from messaging.gateways.outcome import TemporaryFailure
from messaging.media_types import MOST_BYTES, media_type_of, name_for
from messaging.models import InboundFile, Message, Signal

from .file_sources import TooLarge, Unavailable, source_of
from .statuses import tell_delivery

log = structlog.get_logger(__name__)
State = InboundFile.State
RECEIVED, FAILED, ASKED = "message.files_received", "message.file_failed", "message.file_asked"
MOST_FILES, MOST_NAMED = 20, 40  # of one message: kept, and shown as not kept
HOPELESS = ("not_connected", "mail_gone", "bad_link")  # another try would end alike
FILES = "files"  # in the details of a message: what its chips show


@dataclass(frozen=True, kw_only=True)
class Announced:
    """A file that a message says it has; `media_id` or `url` where it has to be fetched by that."""

    name: str
    size: int = 0  # bytes, where it is known
    media_id: str = ""
    url: str = ""  # where a form's service keeps it
    is_proven: bool = True  # False: anybody may have named this address; a person decides


def chips_of(files: Sequence[Announced]) -> list[dict[str, Any]]:
    """Return what the message's details say of its files before anything is fetched."""
    return [row.as_chip() for row in _rows(files)]


def expect_files(announced: Mapping[str, Sequence[Announced]]) -> None:
    """Write the files of new messages (by provider id), in the caller's transaction.

    A message that is known already keeps what it has.
    """
    if not announced:
        return
    rows = Message.objects.filter(provider_id__in=announced, received_files=None)
    messages = list(rows.only("pk", "provider_id"))
    made = [
        row
        for message in messages
        for row in _rows(announced[message.provider_id or ""], message=message)
    ]
    InboundFile.objects.bulk_create(made, ignore_conflicts=True)


def queue_fetching(signals: Sequence[Signal]) -> None:
    """Queue the fetching of what is awaited of these signals' messages.

    After the jobs that find the customer, who then has the files on their timeline.
    """
    from messaging.tasks import fetch_received_files  # the task sits on this service

    rows = Message.objects.filter(signal__in=signals, received_files__state=State.WAITING)
    numbers = rows.order_by("pk").values_list("pk", flat=True).distinct()
    enqueue_many(fetch_received_files, [{"message_id": pk} for pk in numbers])


def _rows(files: Sequence[Announced], *, message: Message | None = None) -> list[InboundFile]:
    rows = []
    for place, file in enumerate(files[:MOST_NAMED]):
        state, reason = _outlook(file, place)
        row = InboundFile(message=message, place=place, size=file.size, state=state, reason=reason)
        row.name, row.media_id = name_for(file.name, "")[:200], file.media_id[:300]
        row.url = file.url
        rows.append(row)
    return rows


def _outlook(file: Announced, place: int) -> tuple[str, str]:
    """State and reason of a file before anything is fetched."""
    if place >= MOST_FILES:
        return State.REFUSED, "too_many"
    if file.media_id and not settings.WHATSAPP_ACCESS_TOKEN:
        return State.FAILED, "not_connected"  # as long as it is so; a person can ask again
    if not file.is_proven:
        return State.FAILED, "by_link"
    return State.WAITING, ""


def fetch_files(message_id: int, *, is_last_try: bool = False) -> None:
    """Fetch, check and keep what is still awaited of a message. Safe to run twice.

    Raises TemporaryFailure where the job is to try again; after the last try a person is told.
    """
    rows = Message.objects.select_related("signal", "conversation__channel")
    message = rows.filter(pk=message_id).first()
    if message is None:
        return
    waiting = list(message.received_files.filter(state=State.WAITING).order_by("place"))
    if not waiting:
        return
    problems: dict[InboundFile, str] = {}
    try:
        read = source_of(message)
    except Unavailable as error:
        problems = dict.fromkeys(waiting, error.reason)
    else:
        for file in waiting:
            if reason := _take(file, read):
                problems[file] = reason
    is_final = is_last_try or all(reason in HOPELESS for reason in problems.values())
    if problems and not is_final:
        raise TemporaryFailure(", ".join(sorted(set(problems.values()))))
    for file, reason in problems.items():
        if _settle(file, state=State.FAILED, reason=reason):
            _hand_to_person(file)


def _take(file: InboundFile, read: Any) -> str:
    """Fetch and keep one file, or say for good why not; returns why it should be tried again."""
    try:
        body = read(file)
        kind = media_type_of(body)
        check_upload(BytesIO(body), actor=None, field="file")
        _keep(file, body, kind)
    except (Unavailable, ScannerUnavailable) as error:
        log.warning("file_unavailable", file=file.pk, error=repr(error))
        return getattr(error, "reason", "no_scanner")
    except TooLarge:
        _settle(file, state=State.REFUSED, reason="too_large")
    except BadFile:
        _settle(file, state=State.REFUSED, reason=_why_bad(body))
    except FileInfected:
        _settle(file, state=State.REFUSED, reason="infected")
    except Exception:
        log.exception("file_broke", file=file.pk)
        return "unavailable"
    return ""


def _why_bad(body: bytes) -> str:
    return "empty" if not body else "too_large" if len(body) > MOST_BYTES else "kind"


def _keep(file: InboundFile, body: bytes, kind: str) -> None:
    """Write the bytes under a random name; they go again where the row is not written."""
    file.name, file.content_type = name_for(file.name, kind)[:200], kind
    file.size, file.sha256 = len(body), sha256(body).hexdigest()
    file.file.save(secrets.token_hex(20), ContentFile(body), save=False)
    is_kept = False
    try:
        is_kept = _settle(file, state=State.KEPT)
    finally:
        if not is_kept:
            with suppress(OSError):
                file.file.storage.delete(str(file.file.name))


@transaction.atomic
def _settle(file: InboundFile, *, state: str, reason: str = "") -> bool:
    """Say what became of a file that was awaited; False where another run has said it already."""
    message = _locked(file.message_id)
    if not message.received_files.filter(pk=file.pk, state=State.WAITING).exists():
        return False
    file.state, file.reason = state, reason
    file.save()
    show_files(message)
    if not message.received_files.filter(state=State.WAITING).exists():
        _tell_all_here(message)
    tell_delivery([message.conversation])
    return True


def _locked(message_id: int) -> Message:
    rows = Message.objects.select_for_update(of=("self",))
    return rows.select_related("conversation__customer", "conversation__owner").get(pk=message_id)


def show_files(message: Message) -> None:
    """Write into the details of a locked message what its received files are now."""
    chips = [row.as_chip() for row in message.received_files.order_by("place")]
    message.details = {**message.details, FILES: chips}
    message.save(update_fields=["details"])


def _tell_all_here(message: Message) -> None:
    """One entry in the log and one line on the customer's timeline, for all files together."""
    kept = message.received_files.filter(state=State.KEPT).order_by("place")
    names = list(kept.values_list("name", flat=True))
    if not names:
        return
    conversation, shown = message.conversation, ", ".join(names)[:300]
    reason = Reason(rule="files.received", version="1", evidence=(f"message:{message.pk}",))
    record(None, RECEIVED, conversation, changes={"file": [None, shown]}, reason=reason)
    line = TimelineLine(
        customer_id=conversation.customer_id,
        kind="file",
        source=f"received:{message.pk}",
        text=shown,
        at=message.sent_at,
    )
    add_to_timeline([line])


def _hand_to_person(file: InboundFile) -> None:
    """Note that a file could not be fetched, and tell who owns the conversation."""
    message = _with_people(file.message_id)
    conversation = message.conversation
    evidence = (f"message:{message.pk}", file.reason)
    reason = Reason(rule="files.unavailable", version="1", evidence=evidence)
    record(None, FAILED, conversation, changes={"file": [None, file.name]}, reason=reason)
    if conversation.owner is None or message.direction == Message.Direction.OUT:
        return  # what one of ours sent is on their own phone
    customer = conversation.customer
    notify(
        Notice(
            user=conversation.owner,
            kind=FAILED,
            subject=str(conversation),
            detail=file.name,
            url=customer.get_absolute_url() if customer else reverse("home"),
            key=f"{FAILED}:{file.pk}",
        )
    )


def _with_people(message_id: int) -> Message:
    rows = Message.objects.select_related("conversation__customer", "conversation__owner")
    return rows.get(pk=message_id)


@transaction.atomic
def ask_again(file: InboundFile, *, actor: User) -> bool:
    """Fetch a file that could not be fetched once more; False where it is not in that state."""
    from messaging.tasks import fetch_received_files

    message = _locked(file.message_id)
    held = message.received_files.filter(pk=file.pk, state=State.FAILED)
    if not held.update(state=State.WAITING, reason=""):
        return False
    show_files(message)
    record(actor, ASKED, message.conversation, changes={"file": [None, file.name]})
    tell_delivery([message.conversation])
    enqueue(fetch_received_files, message_id=message.pk)
    return True

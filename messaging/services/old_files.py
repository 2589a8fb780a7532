"""Files of messages whose time is over: their bytes go, what they were stays (SECURITY.md DP-5)."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.services import Reason, record
from messaging.models import Conversation, InboundFile, Message, MessageFile

from .received import FILES, show_files

AT_ONCE = 200  # files of one transaction
FORGOTTEN = "message.files_forgotten"


def forget_files() -> int:
    """Remove the bytes of files older than settings.MESSAGE_FILES_DAYS; returns how many.

    0 days, or less, keeps them for good. Stopped in between, the next run goes on.
    """
    if settings.MESSAGE_FILES_DAYS <= 0:
        return 0
    before = timezone.now() - timedelta(days=settings.MESSAGE_FILES_DAYS)
    total = 0
    for forget in (_forget_sent, _forget_received):
        while count := forget(before):
            total += count
    return total


@transaction.atomic
def _forget_sent(before: datetime) -> int:
    rows = MessageFile.objects.select_for_update(skip_locked=True, of=("self",)).defer("body")
    due = list(rows.filter(removed_at=None, created_at__lt=before).order_by("created_at")[:AT_ONCE])
    now, numbers = timezone.now(), {file.pk for file in due}
    MessageFile.objects.filter(pk__in=numbers).update(body=b"", removed_at=now)
    for message in _messages(due):
        chips = message.details.get(FILES)
        gone = [
            {**chip, "state": InboundFile.State.REMOVED} if chip.get("id") in numbers else chip
            for chip in (chips if isinstance(chips, list) else [])
        ]
        message.details = {**message.details, FILES: gone}
        message.save(update_fields=["details"])
    _record(due)
    return len(due)


@transaction.atomic
def _forget_received(before: datetime) -> int:
    rows = InboundFile.objects.select_for_update(skip_locked=True, of=("self",))
    kept = rows.filter(state=InboundFile.State.KEPT, created_at__lt=before)
    due = list(kept.order_by("created_at")[:AT_ONCE])
    now = timezone.now()
    for file in due:
        file.file.delete(save=False)
        file.state, file.removed_at = InboundFile.State.REMOVED, now
        file.save(update_fields=["file", "state", "removed_at"])
    for message in _messages(due):
        show_files(message)
    _record(due)
    return len(due)


def _messages(files: Iterable[Any]) -> list[Message]:
    rows = Message.objects.filter(pk__in={file.message_id for file in files})
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def _record(files: Iterable[Any]) -> None:
    """One entry a conversation: how many files went."""
    messages = Message.objects.filter(pk__in=[file.message_id for file in files])
    of = dict(messages.values_list("pk", "conversation"))
    counted = Counter(of[file.message_id] for file in files)
    reason = Reason(
        rule="files.old", version="1", evidence=(f"{settings.MESSAGE_FILES_DAYS} days",)
    )
    for conversation in Conversation.objects.filter(pk__in=counted).order_by("pk"):
        changes = {"files": [counted[conversation.pk], None]}
        record(None, FORGOTTEN, conversation, changes=changes, reason=reason)

"""Draining the raw inbox: signals in batches, one transaction a batch, a poisoned one by itself.

A signal that fails is tried again after 1 s and 30 s; then it waits for a person (DL-3). It never
stops the others.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.services import Reason, record
from crm_project.kit.events import publish
from crm_project.kit.jobs import RETRY_WAITS
from messaging.events import MessagesReceived, SignalFailed
from messaging.models import Signal

from .channel_memory import remembered_channels
from .inbox import Inbound, store_messages
from .received import queue_fetching
from .statuses import Status, apply_statuses

log = structlog.get_logger(__name__)


@dataclass
class Content:
    """What a reader found in one signal; the longest kind kept has 40 characters."""

    messages: list[Inbound] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)


LONGEST_KIND = 40  # characters
Reader = Callable[[Signal], Content]


def drain(readers: Mapping[str, Reader]) -> int:
    """Read due signals of the readers' channels until none is left; return how many were read."""
    total = 0
    while count := _drain_batch(readers):
        total += count
    return total


def _drain_batch(readers: Mapping[str, Reader]) -> int:
    try:
        with transaction.atomic():
            signals = Signal.objects.claim(settings.INTAKE_BATCH, list(readers))
            _read(signals, readers)
            return len(signals)
    except Exception as error:  # one bad signal must not stop the batch: each by itself
        log.warning("signal_batch_failed", error=repr(error))
    return _drain_one_by_one(readers)


def _drain_one_by_one(readers: Mapping[str, Reader]) -> int:
    due = Signal.objects.due().filter(channel__in=readers).order_by("due_at", "pk")
    numbers = list(due.values_list("pk", flat=True)[: settings.INTAKE_BATCH])
    for number in numbers:
        try:
            with transaction.atomic():
                rows = Signal.objects.due().filter(pk=number).select_for_update(skip_locked=True)
                _read(list(rows), readers)
        except Exception as error:
            _postpone(number, error)
    return len(numbers)


def _read(signals: Iterable[Signal], readers: Mapping[str, Reader]) -> None:
    """Store what the signals hold and mark them read, in the caller's transaction."""
    signals = list(signals)
    if not signals:
        return
    with remembered_channels():
        contents = [(signal, readers[signal.channel](signal)) for signal in signals]
    messages = store_messages([found for _s, content in contents for found in content.messages])
    apply_statuses([found for _s, content in contents for found in content.statuses])
    _mark_read(contents)
    if messages:
        publish(MessagesReceived(message_ids=[message.pk for message in messages]))
    if any(found.files for _s, content in contents for found in content.messages):
        queue_fetching(signals)


def _mark_read(contents: Iterable[tuple[Signal, Content]]) -> None:
    """Say what was found: one statement for all signals that read alike."""
    alike: dict[tuple[str, tuple[str, ...], int | None], list[int]] = {}
    for signal, content in contents:
        has_use = bool(content.messages or content.statuses)
        state = Signal.Status.DONE if has_use else Signal.Status.IGNORED
        kinds = tuple(sorted({kind[:LONGEST_KIND] for kind in content.kinds})[:20])
        branch = signal.branch_id
        if branch is None and content.messages:
            branch = content.messages[0].channel.branch_id
        alike.setdefault((state, kinds, branch), []).append(signal.pk)
    now = timezone.now()
    for (status, kinds, branch), numbers in alike.items():
        Signal.objects.filter(pk__in=numbers).update(
            status=status, kinds=list(kinds), branch_id=branch, done_at=now, error=""
        )


def _postpone(number: int, error: Exception) -> None:
    """Try a failed signal later, or hand it to a person, unless somebody has read it by now."""
    log.warning("signal_failed", signal=number, error=repr(error))
    with transaction.atomic():
        rows = Signal.objects.select_for_update().filter(pk=number, status=Signal.Status.PENDING)
        if signal := rows.first():
            give_up(signal, repr(error))


def give_up(signal: Signal, error: str) -> None:
    """Count a failed try: wait 1 s, then 30 s, then leave it to a person and say so."""
    signal.attempts += 1
    signal.error = error[:2000].replace("\x00", "")
    if signal.attempts <= len(RETRY_WAITS):
        signal.due_at = timezone.now() + timedelta(seconds=RETRY_WAITS[signal.attempts - 1])
    else:
        signal.status = Signal.Status.FAILED
        reason = Reason(rule="intake.retry", version="1", evidence=(signal.error[:200],))
        record(None, "signal.failed", signal, reason=reason)
        publish(SignalFailed(signal_id=signal.pk))
    signal.save(update_fields=["attempts", "error", "due_at", "status"])

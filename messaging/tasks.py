"""Jobs of messaging: ids in, one service called, safe to run twice."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from procrastinate.contrib.django import app

from accounts.models import User
from accounts.services import Notice, notify_many
from crm_project.kit.jobs import RETRY_WAITS, job, sweep, wake
from crm_project.kit.live import branch_group, tell_once

from . import permissions, services
from .mailbox import poll_configured_mailbox
from .models import Signal
from .readers import READERS
from .services.old_files import forget_files
from .services.received import fetch_files


@job(queue="intake", priority=10)
def drain_signals() -> None:
    """Read every waiting WhatsApp and e-mail signal."""
    services.drain(READERS)


@job(queue="outbound", wants_context=True)
def deliver_message(context: Any, *, message_id: int) -> None:
    """Send one queued message; only the run that claims it sends it."""
    services.deliver(message_id, is_last_try=context.job.attempts >= len(RETRY_WAITS))


@job(queue="media", wants_context=True)
def fetch_received_files(context: Any, *, message_id: int) -> None:
    """Fetch the files that a message came with; those that are kept already stay as they are."""
    fetch_files(message_id, is_last_try=context.job.attempts >= len(RETRY_WAITS))


@app.periodic(cron="40 2 * * *")
@job(queue="media", priority=-20)
def forget_old_files(timestamp: int) -> None:
    """Remove the bytes of message files whose time is over; what they were stays on record."""
    forget_files()


@job()
def tell_about_failed_signal(*, signal_id: int) -> None:
    """Tell the people who may retry signals that one needs them; each is told once."""
    signal = Signal.objects.select_related("branch").filter(pk=signal_id).first()
    if signal is None:
        return
    may = Q(role__grants__has_key=permissions.RETRY_SIGNAL) | Q(is_superuser=True)
    people = User.objects.staff().with_access().filter(may)
    notify_many(
        Notice(
            user=user,
            kind="signal.failed",
            subject=_named_for(user, signal),
            detail=signal.error[:300],
            url=reverse("messaging:signal", args=[signal.pk]),
            key=f"signal.failed:{signal.pk}:{signal.attempts}",
        )
        for user in _who_reach(signal, people)
        if user.has_perm(permissions.RETRY_SIGNAL)
    )
    tell_once({branch_group(None), branch_group(signal.branch_id)}, "signals-changed")


def _named_for(user: User, signal: Signal) -> str:
    """The signal by its channel and time, in the person's language and by their clock."""
    with translation.override(user.language), timezone.override(user.clock):
        at = date_format(timezone.localtime(signal.received_at), "SHORT_DATETIME_FORMAT")
        return f"{signal.get_channel_display()} · {at}"


def _who_reach(signal: Signal, people: Iterable[User]) -> Iterator[User]:
    """Who sees the signal; asked once for all of one role and branch."""
    seen: dict[tuple[int | None, int | None, bool], bool] = {}
    for user in people:
        kind = user.role_id, user.branch_id, user.is_superuser
        if kind not in seen:
            seen[kind] = Signal.objects.visible_to(user).filter(pk=signal.pk).exists()
        if seen[kind]:
            yield user


@sweep(seconds=1)
def wake_reader_of_waiting_signals() -> None:
    """Heal a wake-up that was lost between the storing of a signal and the queueing of its job."""
    due = Signal.objects.due().filter(channel__in=READERS, due_at__lte=timezone.now())
    if due.exists():
        wake(drain_signals)


@sweep(seconds=20)
def settle_interrupted_sends() -> None:
    """Deal with sends that a dying worker left unfinished."""
    services.settle_interrupted_sends()


@sweep(seconds=10)
def poll_mailbox() -> None:
    """Fetch new mail where IMAP_URL is set."""
    poll_configured_mailbox()

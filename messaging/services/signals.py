"""Keeping raw signals: stored once, before anything else is done with them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from procrastinate.tasks import Task

from accounts.models import Branch, User
from accounts.services import record
from crm_project.kit.jobs import wake
from messaging.models import Signal


@dataclass(frozen=True, kw_only=True)
class NewSignal:
    """What arrived at a door. `key` is what the provider repeats on a second delivery."""

    channel: str
    body: bytes
    key: str = ""  # empty: the SHA-256 of the body
    content_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    branch: Branch | None = None
    source: str = ""

    def unique_key(self) -> str:
        """The stored key, at most 120 characters."""
        own = self.key if self.key and len(self.key) <= 90 else ""
        digest = hashlib.sha256(self.key.encode() if self.key else self.body).hexdigest()
        return f"{self.channel}:{own or digest}"


def keep_signal(new: NewSignal, *, reader: Task) -> None:
    """Store the signal unless it is known, then wake its reader.

    One statement, committed before the answer to the sender; a lost wake-up is healed by a sweep.
    """
    row = Signal(
        channel=new.channel,
        key=new.unique_key(),
        body=new.body,
        content_type=new.content_type[:120],
        headers=dict(new.headers),
        branch=new.branch,
        source=new.source[:80],
    )
    Signal.objects.bulk_create([row], ignore_conflicts=True)
    transaction.on_commit(lambda: wake(reader))


@transaction.atomic
def retry_signal(signal: Signal, *, actor: User, reader: Task) -> None:
    """Read a kept signal again, now; messages that exist already stay as they are."""
    Signal.objects.filter(pk=signal.pk).update(
        status=Signal.Status.PENDING, due_at=timezone.now(), attempts=0, error=""
    )
    record(actor, "signal.retried", signal)
    transaction.on_commit(lambda: wake(reader))

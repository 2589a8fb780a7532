"""Keeping raw signals: stored once, before anything else is done with them."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from procrastinate.tasks import Task

from accounts.models import Branch, User
from accounts.services import record
from crm_project.kit.jobs import wake
from messaging.errors import SignalRemoved
from messaging.models import Signal

VERDICT = "verdict"  # header of our own: why the door thinks that nobody wrote this
REMOVED = "removed"  # header of our own: since when body and headers are gone, ISO 8601
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


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
    verdict: str = ""  # not empty: kept and marked so, but not read until a person asks for it

    def unique_key(self) -> str:
        """The stored key, at most 120 characters."""
        key = storable(self.key)
        own = key if key and len(key) <= 90 else ""
        digest = hashlib.sha256(key.encode() if key else self.body).hexdigest()
        return f"{self.channel}:{own or digest}"

    def kept_headers(self) -> dict[str, str]:
        """The headers as they are stored, with the door's verdict."""
        kept = {name: storable(value)[:500] for name, value in self.headers.items() if value}
        return {**kept, VERDICT: self.verdict} if self.verdict else kept


def storable(text: str) -> str:
    """Return the text without NUL and lone surrogates, which PostgreSQL cannot store."""
    return _UNSTORABLE.sub("", text)


def keep_signal(new: NewSignal, *, reader: Task) -> None:
    """Store the signal unless it is known, then wake its reader.

    One statement, committed before the answer to the sender; a lost wake-up is healed by a sweep.
    """
    row = Signal(
        channel=new.channel,
        key=new.unique_key(),
        body=new.body,
        content_type=storable(new.content_type)[:120],
        headers=new.kept_headers(),
        branch=new.branch,
        source=storable(new.source)[:80],
    )
    Signal.objects.bulk_create([row], ignore_conflicts=True)
    transaction.on_commit(lambda: wake(reader))


@transaction.atomic
def retry_signal(signal: Signal, *, actor: User, reader: Task) -> None:
    """Read a kept signal again, now; messages that exist already stay as they are.

    The verdict of the door is dropped: a person wants it read. Errors: SignalRemoved when its time
    was over and there is nothing left to read.
    """
    headers = {name: value for name, value in signal.headers.items() if name != VERDICT}
    rows = Signal.objects.filter(pk=signal.pk).exclude(headers__has_key=REMOVED)
    if not rows.update(
        status=Signal.Status.PENDING, due_at=timezone.now(), attempts=0, error="", headers=headers
    ):
        raise SignalRemoved
    record(actor, "signal.retried", signal)
    transaction.on_commit(lambda: wake(reader))

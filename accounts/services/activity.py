"""Writing the activity log, in the transaction of what is logged."""

from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import Any

from django.db import models

from accounts.models import Activity, User
from crm_project.kit.logs import current_request_id

_ip: ContextVar[str | None] = ContextVar("ip", default=None)


@contextmanager
def acting_from(ip: str | None) -> Any:
    """Let entries written inside carry the caller's network address."""
    token = _ip.set(ip)
    try:
        yield
    finally:
        _ip.reset(token)


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a machine did something: the rule or model, its version, and what it saw."""

    rule: str
    version: str = ""
    evidence: tuple[str, ...] = ()


def entry(
    actor: User | None,
    verb: str,
    subject: models.Model | None = None,
    *,
    changes: Mapping[str, Any] | None = None,
    reason: Reason | None = None,
) -> Activity:
    """Return an unsaved entry; `actor` None means the product itself, which owes a reason."""
    return Activity(
        actor=actor,
        verb=verb,
        object_type=subject._meta.label_lower if subject else "",
        object_id=subject.pk if subject else None,
        object_label=str(subject)[:200] if subject else "",
        branch_id=getattr(subject, "branch_id", None) or getattr(actor, "branch_id", None),
        changes=dict(changes or {}),
        reason=asdict(reason) if reason else {},
        ip=_ip.get(),
        request_id=current_request_id(),
    )


def record(
    actor: User | None,
    verb: str,
    subject: models.Model | None = None,
    *,
    changes: Mapping[str, Any] | None = None,
    reason: Reason | None = None,
) -> Activity:
    """Write one entry in the caller's transaction; the database seals it at commit."""
    made = entry(actor, verb, subject, changes=changes, reason=reason)
    made.save(force_insert=True)
    return made


def record_many(entries: Iterable[Activity]) -> None:
    """Write many entries at once."""
    Activity.objects.bulk_create(entries)

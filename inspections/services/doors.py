"""What every change of an inspection shares: one conditional UPDATE, history, log, live pages."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import record
from crm_project.kit.live import branch_group, tell_once
from customers.services import TimelineLine, add_to_timeline
from inspections.errors import InspectionChangedMeanwhile, WrongState
from inspections.models import Inspection, InspectionEvent

CHANGED = "inspections-changed"
Status = Inspection.Status


@dataclass(frozen=True, kw_only=True)
class Step:
    """One change: the states it is possible in, what it writes, and its words in the log."""

    verb: str
    possible_in: Collection[str]
    columns: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    at: datetime | None = None  # when it happened, if not now

    @property
    def target(self) -> str | None:
        """The state that it leads to, if it changes the state."""
        return self.columns.get("status")


def take_step(inspection: Inspection, step: Step, *, actor: User | None) -> InspectionEvent:
    """Write the step if nobody was faster; log before → after; tell history, timeline and pages.

    Errors: WrongState, InspectionChangedMeanwhile, and IntegrityError from the rules of the
    database, which the caller names.
    """
    before = {name: getattr(inspection, name) for name in step.columns}
    was_at = inspection.starts_at
    with transaction.atomic():  # a savepoint: a refusal of the database leaves the caller's work
        moved = Inspection.objects.filter(
            pk=inspection.pk, version=inspection.version, status__in=step.possible_in
        ).update(**step.columns, version=inspection.version + 1)
    if not moved:
        _refuse(inspection, step)
    inspection.version += 1
    for name, value in step.columns.items():
        setattr(inspection, name, value)
    event = InspectionEvent.objects.create(
        inspection=inspection,
        status=inspection.status,
        was_at=was_at,
        now_at=inspection.starts_at,
        inspector=inspection.inspector,
        reason=step.reason[:300],
        actor=actor,
        at=step.at or timezone.now(),
    )
    changes = {name: [plain(before[name]), plain(step.columns[name])] for name in step.columns}
    record(actor, step.verb, inspection, changes=changes)
    tell_timeline(inspection, step.verb, source=str(event.pk), actor=actor)
    tell_pages(inspection)
    return event


def _refuse(inspection: Inspection, step: Step) -> None:
    now = Inspection.objects.filter(pk=inspection.pk).values_list("status", flat=True).first()
    raise InspectionChangedMeanwhile if now in step.possible_in else WrongState


def tell_timeline(inspection: Inspection, verb: str, *, source: str, actor: User | None) -> None:
    """Add a line to the customer's timeline."""
    line = TimelineLine(
        customer_id=inspection.customer_id,
        kind=verb,
        source=f"{verb}:{inspection.pk}:{source}",
        text=inspection.number,
        url=inspection.get_absolute_url(),
        actor=actor,
    )
    add_to_timeline([line])


def tell_pages(inspection: Inspection) -> None:
    """Refresh open calendars, lists and the inspection's own page."""
    groups = {branch_group(None), branch_group(inspection.branch_id)}
    tell_once(groups, CHANGED)
    tell_once(groups, f"inspection-{inspection.pk}-changed")


def constraint_of(error: IntegrityError) -> str:
    """Return the name of the rule that the database refused with, or ""."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return str(getattr(diagnosis, "constraint_name", None) or "")


def plain(value: Any) -> Any:
    """Return a value as the log keeps it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, models.Model):
        return str(value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)

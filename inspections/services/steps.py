"""The steps of a visit: set out, begin, complete, cancel, nobody there. One door each.

A step that was taken already is not taken again: a double click, or a phone that sends once more
what it did offline, gets the same answer.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import Notice, notify
from crm_project.kit.events import publish
from inspections.errors import WrongState
from inspections.events import InspectionCompleted
from inspections.models import Inspection
from orders.services import clear_inspection

from .completeness import check_complete
from .doors import Status, Step, take_step
from .reminders import cancel_reminders

BEFORE = (Status.SCHEDULED, Status.ON_THE_WAY)


@transaction.atomic
def set_out(inspection: Inspection, *, actor: User, at: datetime | None = None) -> Inspection:
    """Say that the inspector is on the way. Errors: WrongState, InspectionChangedMeanwhile."""
    if inspection.status == Status.ON_THE_WAY:
        return inspection
    when = _moment(inspection, at)
    columns = {"status": Status.ON_THE_WAY, "set_out_at": when}
    step = Step(
        verb="inspection.set_out", possible_in=(Status.SCHEDULED,), columns=columns, at=when
    )
    take_step(inspection, step, actor=actor)
    return inspection


@transaction.atomic
def start_inspection(
    inspection: Inspection, *, actor: User, at: datetime | None = None
) -> Inspection:
    """Say that the visit has begun; `at` is the phone's clock when it was offline.

    Errors: WrongState, InspectionChangedMeanwhile.
    """
    if inspection.status == Status.IN_PROGRESS:
        return inspection
    when = _moment(inspection, at)
    columns = {"status": Status.IN_PROGRESS, "started_at": when}
    step = Step(verb="inspection.started", possible_in=BEFORE, columns=columns, at=when)
    take_step(inspection, step, actor=actor)
    cancel_reminders(inspection)
    return inspection


@transaction.atomic
def complete_inspection(
    inspection: Inspection,
    *,
    actor: User,
    outcome: str,
    result_note: str = "",
    at: datetime | None = None,
) -> Inspection:
    """Make the results final; the order that waits for the inspection is cleared.

    An inspection that is "not possible" clears nothing. Errors: ChecklistIncomplete naming the
    items, WrongState, InspectionChangedMeanwhile.
    """
    if inspection.status == Status.COMPLETED:
        return inspection
    if inspection.status != Status.IN_PROGRESS or outcome not in Inspection.Outcome.values:
        raise WrongState
    Inspection.objects.select_for_update().get(pk=inspection.pk)  # answers wait for their turn
    check_complete(inspection)
    when = max(_moment(inspection, at), inspection.started_at or inspection.created_at)
    columns = {
        "status": Status.COMPLETED,
        "finished_at": when,
        "outcome": outcome,
        "result_note": result_note[:4000],
    }
    step = Step(
        verb="inspection.completed", possible_in=(Status.IN_PROGRESS,), columns=columns, at=when
    )
    take_step(inspection, step, actor=actor)
    if inspection.order and outcome != Inspection.Outcome.NOT_POSSIBLE:
        clear_inspection(inspection.order, actor=actor)
    publish(InspectionCompleted(inspection_id=inspection.pk))
    _tell_owner(inspection, "inspection.completed", actor)
    return inspection


@transaction.atomic
def cancel_inspection(inspection: Inspection, *, actor: User, reason: str) -> Inspection:
    """Call the visit off; its reminders go. Errors: WrongState, InspectionChangedMeanwhile."""
    if inspection.status == Status.CANCELLED:
        return inspection
    columns = {"status": Status.CANCELLED, "cancel_reason": reason[:300]}
    possible = (Status.REQUESTED, *BEFORE, Status.IN_PROGRESS, Status.NO_SHOW)
    step = Step(verb="inspection.cancelled", possible_in=possible, columns=columns, reason=reason)
    take_step(inspection, step, actor=actor)
    cancel_reminders(inspection)
    _tell(inspection, inspection.inspector, "inspection.cancelled", actor)
    _tell_owner(inspection, "inspection.cancelled", actor)
    return inspection


@transaction.atomic
def mark_no_show(inspection: Inspection, *, actor: User, note: str = "") -> Inspection:
    """Say that the customer wasn't there. Errors: WrongState, InspectionChangedMeanwhile."""
    if inspection.status == Status.NO_SHOW:
        return inspection
    step = Step(
        verb="inspection.no_show",
        possible_in=(*BEFORE, Status.IN_PROGRESS),
        columns={"status": Status.NO_SHOW},
        reason=note,
    )
    take_step(inspection, step, actor=actor)
    cancel_reminders(inspection)
    _tell_owner(inspection, "inspection.no_show", actor)
    return inspection


def _moment(inspection: Inspection, at: datetime | None) -> datetime:
    """When a step was taken: never ahead of now, never before the request."""
    now = timezone.now()
    return min(max(at, inspection.created_at), now) if at else now


def _tell_owner(inspection: Inspection, kind: str, actor: User) -> None:
    _tell(inspection, inspection.owner, kind, actor)


def _tell(inspection: Inspection, person: User | None, kind: str, actor: User) -> None:
    if person is None or person == actor:
        return
    notify(
        Notice(
            user=person,
            kind=kind,
            subject=f"{inspection.number} · {inspection.customer.name}",
            url=inspection.get_absolute_url(),
            key=f"{kind}:{inspection.pk}:{inspection.version}",
        )
    )

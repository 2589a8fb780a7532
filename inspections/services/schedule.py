"""Giving an inspection its time and inspector, and moving it. The database has the last word."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import Notice, notify
from crm_project.kit.events import publish
from crm_project.kit.text import isolate
from inspections.errors import (
    InspectionChangedMeanwhile,
    InspectorBusy,
    NothingToUndo,
    OutsideWorkingHours,
    VisitInThePast,
)
from inspections.events import InspectionScheduled
from inspections.hours import stretches
from inspections.models import Absence, Inspection

from .doors import Status, Step, constraint_of, take_step
from .people import check_inspector
from .reminders import cancel_reminders, plan_reminders

FARTHEST = timedelta(days=366)
UNDO_SECONDS = 600
MOVABLE = (Status.REQUESTED, Status.SCHEDULED, Status.ON_THE_WAY, Status.NO_SHOW)
BUSY = (Status.SCHEDULED, Status.ON_THE_WAY, Status.IN_PROGRESS)


@dataclass(frozen=True, kw_only=True)
class Slot:
    """When and by whom; `minutes` from 5 to 720."""

    inspector: User
    starts_at: datetime
    minutes: int
    is_outside_hours_allowed: bool = False

    @property
    def ends_at(self) -> datetime:
        """The end, excluded."""
        return self.starts_at + timedelta(minutes=self.minutes)


@transaction.atomic
def schedule_inspection(
    inspection: Inspection,
    slot: Slot,
    *,
    actor: User | None,
    version: int | None = None,
    reason: str = "",
) -> Inspection:
    """Give the visit this time and inspector, or move it there (then `moves` counts it).

    The same slot again changes nothing. Errors: InspectionChangedMeanwhile, WrongState,
    InspectorBusy (naming what clashes), OutsideWorkingHours, NotAnInspector, VisitInThePast.
    """
    if _is_there(inspection, slot):
        return inspection
    if version is not None and version != inspection.version:
        raise InspectionChangedMeanwhile
    check_inspector(slot.inspector, inspection.branch)
    _check_ahead(slot)
    is_first = inspection.status == Status.REQUESTED
    before = inspection.inspector
    columns = {
        "status": Status.SCHEDULED,
        "inspector": slot.inspector,
        "starts_at": slot.starts_at,
        "ends_at": slot.ends_at,
        "is_outside_hours_allowed": slot.is_outside_hours_allowed,
        "set_out_at": None,
        "started_at": None,  # of a visit that was begun and found nobody
        "moves": inspection.moves if is_first else min(inspection.moves + 1, 32_000),
    }
    verb = "inspection.scheduled" if is_first else "inspection.moved"
    _write(inspection, Step(verb=verb, possible_in=MOVABLE, columns=columns, reason=reason), actor)
    plan_reminders(inspection)
    publish(InspectionScheduled(inspection_id=inspection.pk))
    _tell_people(inspection, verb, before, actor)
    return inspection


def check_move(inspection: Inspection, slot: Slot, *, actor: User, version: int) -> bool:
    """Raise what `schedule_inspection` would; nothing of it stays. False: the visit is there."""
    if _is_there(inspection, slot):
        return False
    with transaction.atomic():
        schedule_inspection(copy(inspection), slot, actor=actor, version=version)
        transaction.set_rollback(True)
    return True


def _is_there(inspection: Inspection, slot: Slot) -> bool:
    if inspection.status != Status.SCHEDULED or inspection.starts_at != slot.starts_at:
        return False
    wanted = (slot.inspector.pk, slot.ends_at, slot.is_outside_hours_allowed)
    now = (inspection.inspector_id, inspection.ends_at, inspection.is_outside_hours_allowed)
    return now == wanted


def _check_ahead(slot: Slot) -> None:
    """Raise VisitInThePast; the start comes first, for the end of the last year's has no number."""
    now = timezone.now()
    if not (slot.starts_at <= now + FARTHEST and now < slot.ends_at <= now + FARTHEST):
        raise VisitInThePast(field="day")


def _write(inspection: Inspection, step: Step, actor: User | None) -> None:
    """Take the step; the database's refusals get their words."""
    try:
        take_step(inspection, step, actor=actor)
    except IntegrityError as error:
        name = constraint_of(error)
        if name == "inspection_no_double_booking":
            raise InspectorBusy(_clash(inspection, step, actor), field="time") from error
        if name == "inspection_within_working_hours":
            raise OutsideWorkingHours(_hours_of(inspection, step), field="time") from error
        raise


def _clash(inspection: Inspection, step: Step, actor: User | None) -> str | None:
    """Say what the inspector has at that time; a visit out of the actor's reach has no number."""
    columns = step.columns
    inspector, start, end = columns["inspector"], columns["starts_at"], columns["ends_at"]
    overlaps = Q(inspector=inspector, starts_at__lt=end, ends_at__gt=start)
    zone = inspection.branch.clock
    person = isolate(inspector.shown_name)
    if away := Absence.objects.filter(overlaps).first():
        span = _span(away, zone)
        return _("%(person)s is absent then (%(span)s).") % {"person": person, "span": span}
    rows = Inspection.objects.filter(overlaps, status__in=BUSY).exclude(pk=inspection.pk)
    other = rows.order_by("starts_at").first()
    if other is None:
        return None  # it went away meanwhile: the general sentence
    is_known = actor is None or Inspection.objects.visible_to(actor).filter(pk=other.pk).exists()
    what = isolate(other.number) if is_known else _("another visit")
    return _("%(person)s has %(what)s then (%(span)s). Choose another time or inspector.") % {
        "person": person,
        "what": what,
        "span": _span(other, zone),
    }


def _span(row: Any, zone: Any) -> str:
    start, end = row.starts_at.astimezone(zone), row.ends_at.astimezone(zone)
    if start.date() == end.date():
        return isolate(f"{start:%H:%M}–{end:%H:%M}")
    return isolate(f"{start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M}")


def _hours_of(inspection: Inspection, step: Step) -> str:
    """Say when the branch works on that day."""
    zone = inspection.branch.clock
    day = step.columns["starts_at"].astimezone(zone).date()
    spans = [
        f"{start.astimezone(zone):%H:%M}–{_end_of(end.astimezone(zone))}"
        for start, end in stretches(inspection.branch, day)
    ]
    if not spans:
        return _("The branch is closed on that day. Choose another day, or allow it.")
    return _("The branch works %(hours)s on that day. Choose another time, or allow it.") % {
        "hours": isolate(", ".join(spans))
    }


def _end_of(moment: datetime) -> str:
    """The end of a stretch on the wall clock; midnight ends its day."""
    return "24:00" if moment.time() == time.min else f"{moment:%H:%M}"


def _tell_people(
    inspection: Inspection, verb: str, before: User | None, actor: User | None
) -> None:
    """Tell the inspector of the visit, and the one who no longer has it."""
    for person in {one for one in (inspection.inspector, before) if one and one != actor}:
        kind = verb if person == inspection.inspector else "inspection.handed_over"
        notice = Notice(
            user=person,
            kind=kind,
            subject=f"{inspection.number} · {inspection.customer.name}",
            url=inspection.get_absolute_url(),
            key=f"{kind}:{inspection.pk}:{inspection.version}",
        )
        notify(notice)


def undo_token(inspection: Inspection, before: dict[str, Any], *, actor: User) -> str:
    """Return a signed word that takes the last move back, for its actor, for ten minutes."""
    kept = {name: _kept(value) for name, value in before.items()}
    return signing.dumps(
        [inspection.pk, inspection.version, actor.pk, kept], salt="inspections.undo", compress=True
    )


_MOMENTS = ("starts_at", "ends_at", "set_out_at", "started_at")


def _kept(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def place_of(inspection: Inspection) -> dict[str, Any]:
    """Return what a move changes, for `undo_token`."""
    names = ("status", "inspector_id", "is_outside_hours_allowed", "moves", *_MOMENTS)
    return {name: getattr(inspection, name) for name in names}


def read_undo(token: str) -> tuple[int, int, int, dict[str, Any]]:
    """Return inspection id, version, actor id and the place before. Errors: NothingToUndo."""
    try:
        pk, version, actor_id, kept = signing.loads(
            token, salt="inspections.undo", max_age=UNDO_SECONDS
        )
    except signing.BadSignature as error:
        raise NothingToUndo from error
    for name in _MOMENTS:
        kept[name] = datetime.fromisoformat(kept[name]) if kept.get(name) else None
    return pk, version, actor_id, kept


@transaction.atomic
def undo_move(
    inspection: Inspection, before: dict[str, Any], *, actor: User, version: int
) -> Inspection:
    """Put the visit back where it was. Errors: NothingToUndo, InspectorBusy, OutsideWorkingHours."""
    if inspection.version != version:
        raise NothingToUndo
    inspector = User.objects.filter(pk=before["inspector_id"]).first()
    columns = {name: value for name, value in before.items() if name != "inspector_id"}
    left = inspection.inspector
    step = Step(
        verb="inspection.move_undone",
        possible_in=(Status.SCHEDULED,),
        columns={**columns, "inspector": inspector},
    )
    _write(inspection, step, actor)
    if inspection.status == Status.SCHEDULED:
        plan_reminders(inspection)
        publish(InspectionScheduled(inspection_id=inspection.pk))
    else:
        cancel_reminders(inspection)
    _tell_people(inspection, "inspection.moved", left, actor)
    return inspection

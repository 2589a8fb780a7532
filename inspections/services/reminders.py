"""Reminders: rows that wait in the database, handed to messaging when they are due."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from crm_project.kit.events import publish
from inspections.events import ReminderDue
from inspections.models import Inspection, InspectionReminder

Audience, State = InspectionReminder.Audience, InspectionReminder.Status
PLAN = (  # audience, minutes before the start
    (Audience.CUSTOMER, 24 * 60),
    (Audience.CUSTOMER, 2 * 60),
    (Audience.INSPECTOR, 60),
)
AT_ONCE = 100  # of a sweep


def plan_reminders(inspection: Inspection) -> None:
    """Queue the reminders of the visit's time; those of an earlier time are replaced.

    A moment that has passed already gets none: nobody is reminded of tomorrow an hour before.
    """
    assert inspection.starts_at is not None
    now = timezone.now()
    for audience, minutes in PLAN:
        due_at = inspection.starts_at - timedelta(minutes=minutes)
        state = State.DUE if due_at > now else State.CANCELLED
        InspectionReminder.objects.update_or_create(
            inspection=inspection,
            audience=audience,
            minutes_before=minutes,
            defaults={"due_at": due_at, "status": state, "queued_at": None},
        )


def cancel_reminders(inspection: Inspection) -> None:
    """Take back what has not been handed over yet."""
    inspection.reminders.filter(status=State.DUE).update(status=State.CANCELLED)


@transaction.atomic
def hand_over_due_reminders() -> int:
    """Hand due reminders to messaging, each once; return how many.

    Their rows stay. One whose visit has begun or no longer stands is cancelled, e.g. after the
    server was away.
    """
    now = timezone.now()
    due = InspectionReminder.objects.filter(status=State.DUE, due_at__lte=now)
    rows = list(
        due.select_for_update(skip_locked=True, of=("self",))
        .select_related("inspection")
        .order_by("due_at")[:AT_ONCE]
    )
    live = [row.pk for row in rows if _still_stands(row, now)]
    ids = [row.pk for row in rows]
    InspectionReminder.objects.filter(pk__in=ids).exclude(pk__in=live).update(
        status=State.CANCELLED
    )
    InspectionReminder.objects.filter(pk__in=live).update(status=State.QUEUED, queued_at=now)
    for pk in live:
        publish(ReminderDue(reminder_id=pk))
    return len(live)


def _still_stands(row: InspectionReminder, now: datetime) -> bool:
    visit = row.inspection
    is_ahead = visit.starts_at is not None and visit.starts_at > now
    return is_ahead and visit.status in (Inspection.Status.SCHEDULED, Inspection.Status.ON_THE_WAY)


def has_due_reminders() -> bool:
    """True when a sweep has something to do; a look at the partial index."""
    due = InspectionReminder.objects.filter(status=State.DUE, due_at__lte=timezone.now())
    return due.exists()

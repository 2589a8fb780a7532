"""Facts about inspections."""

from dataclasses import dataclass

from crm_project.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class InspectionScheduled(Event):
    """A visit got its time and inspector, or new ones."""

    inspection_id: int


@dataclass(frozen=True, kw_only=True)
class InspectionCompleted(Event):
    """A visit was carried out; its results are final."""

    inspection_id: int


@dataclass(frozen=True, kw_only=True)
class ReminderDue(Event):
    """A reminder of a visit should be sent now."""

    reminder_id: int

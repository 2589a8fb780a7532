"""Site visits: what is asked there, when they are, what was found."""

from .checklists import ChecklistItem, InspectionType
from .results import InspectionAnswer, InspectionPhoto, InspectionSignature
from .visits import Absence, CalendarLink, Inspection, InspectionEvent, InspectionReminder

__all__ = [
    "Absence",
    "CalendarLink",
    "ChecklistItem",
    "Inspection",
    "InspectionAnswer",
    "InspectionEvent",
    "InspectionPhoto",
    "InspectionReminder",
    "InspectionSignature",
    "InspectionType",
]

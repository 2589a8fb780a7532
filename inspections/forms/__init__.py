"""What people write about inspections, parsed and cleaned."""

from .absences import AbsenceForm
from .checklists import ItemForm, TypeForm
from .requests import RequestEditForm, RequestForm
from .schedule import CancelForm, DropForm, ScheduleForm

__all__ = [
    "AbsenceForm",
    "CancelForm",
    "DropForm",
    "ItemForm",
    "RequestEditForm",
    "RequestForm",
    "ScheduleForm",
    "TypeForm",
]

"""Refusals about inspections, each with a sentence for people."""

from django.utils.translation import gettext_lazy as _

from crm_project.kit.errors import BusinessError


class InspectionChangedMeanwhile(BusinessError):
    """Somebody else moved or changed the inspection first."""

    code = "edit_conflict"
    message = _("Somebody changed this inspection meanwhile. Reload it and try again.")


class WrongState(BusinessError):
    """The step does not follow from the inspection's state."""

    code = "wrong_state"
    message = _("This step isn't possible in the inspection's present state.")


class InspectorBusy(BusinessError):
    """The inspector has another visit or an absence then; the database refused it."""

    code = "inspector_busy"
    message = _("The inspector has something else at that time. Choose another time or inspector.")


class OutsideWorkingHours(BusinessError):
    """The branch does not work then, and nobody has agreed to an exception."""

    code = "outside_working_hours"
    message = _("That is outside the branch's working hours. Choose another time, or allow it.")


class ChecklistIncomplete(BusinessError):
    """Required answers, photos or the signature are missing."""

    code = "checklist_incomplete"
    message = _("Some required items of the checklist are still missing.")

"""Refusals about inspections, each with a sentence for people."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext
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


class NotAnInspector(BusinessError):
    """The person does not carry out inspections in that branch."""

    code = "not_an_inspector"
    message = _("This person doesn't carry out inspections in that branch.")


class VisitInThePast(BusinessError):
    """A visit is planned ahead, at most a year."""

    code = "visit_in_the_past"
    message = _("Choose a time ahead, at most a year from now.")


class AbsenceOverlaps(BusinessError):
    """The inspector has visits or another absence in that time."""

    code = "absence_overlaps"
    message = _("The inspector has visits or another absence in that time. Move them first.")


class ChecklistIncomplete(BusinessError):
    """Required answers, photos or the signature are missing; `missing` names them."""

    code = "checklist_incomplete"
    message = _("Some required items of the checklist are still missing.")

    def __init__(self, missing: Sequence[str] = (), message: Any = None) -> None:
        self.missing = tuple(missing)
        if self.missing and message is None:
            named = "، ".join(self.missing[:6])
            message = gettext("Still missing: %(items)s.") % {"items": named}
        super().__init__(message)


class AnswerRefused(BusinessError):
    """An answer does not fit its item."""

    code = "answer_refused"
    message = _("This answer doesn't fit the item.")
    http_status = 400


class UnreadablePhoto(BusinessError):
    """The file is no picture that we read, or is too large."""

    code = "unreadable_photo"
    message = _("Choose a JPEG, PNG or WebP picture of at most 15 MB.")
    http_status = 400


class TooManyPhotos(BusinessError):
    """A visit keeps a bounded number of photos."""

    code = "too_many_photos"
    message = _("A hundred photos are the most for one inspection.")


class ItemIsAnswered(BusinessError):
    """An item that was answered is retired and replaced, never changed."""

    code = "item_is_answered"
    message = _(
        "This item was answered already, so what it asks stays as it is. Retire it and add a new one."
    )


class TypeCodeTaken(BusinessError):
    """Codes of types are unique; somebody else took this one a moment ago."""

    code = "type_code_taken"
    message = _("Another inspection type has this code.")


class TypeChangedMeanwhile(BusinessError):
    """Somebody else saved the type first."""

    code = "edit_conflict"
    message = _("Somebody changed this inspection type meanwhile. Reload it and try again.")


class NothingMeasured(BusinessError):
    """No answer becomes an item of an order."""

    code = "nothing_measured"
    message = _("Nothing that was measured becomes an item of an order.")


class NothingToUndo(BusinessError):
    """The move is somebody else's, too old, or something happened since."""

    code = "nothing_to_undo"
    message = _("There is nothing left to undo.")

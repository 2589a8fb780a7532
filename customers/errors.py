"""Refusals about customers, each with a sentence for people."""

from django.utils.translation import gettext_lazy as _

from crm_project.kit.errors import BusinessError


class CustomerChangedMeanwhile(BusinessError):
    """Somebody else saved the customer first."""

    code = "edit_conflict"
    message = _("Somebody changed this customer while you were editing. Check it and save again.")


class PointExists(BusinessError):
    """The customer has this phone or e-mail already."""

    code = "contact_point_exists"
    message = _("This customer has that phone or e-mail already.")


class TooManyAtOnce(BusinessError):
    """A bulk action is bounded, so that it can be undone."""

    code = "too_many_at_once"
    message = _("Too many customers for one step. Narrow the list and try again.")


class FiltersChanged(BusinessError):
    """A step for all that match does not bring the filters of the list that was shown."""

    code = "filters_changed"
    message = _("The list was filtered differently when you chose. Look at it and choose again.")


class NothingToUndo(BusinessError):
    """The bulk action is somebody else's, too old, or undone already."""

    code = "nothing_to_undo"
    message = _("There is nothing left to undo.")


class CannotMerge(BusinessError):
    """Merging needs two customers, neither of them part of another already."""

    code = "cannot_merge"
    message = _(
        "These customers can't be merged: choose two different ones that are not merged yet."
    )


class CannotUndoMerge(BusinessError):
    """The merge was undone, or the customer was merged further since."""

    code = "cannot_undo_merge"
    message = _(
        "This merge can't be undone now. If the customer was merged again since, undo that first."
    )


class BadCustomValue(BusinessError):
    """A value of a field that the company added can't be read; the sentence says why."""

    code = "bad_custom_value"
    http_status = 400


class UnknownCustomField(BusinessError):
    """The company has no such field, or it is retired."""

    code = "unknown_custom_field"
    message = _("There is no such field, or it is retired.")
    http_status = 400


class CustomFieldExists(BusinessError):
    """The code of a field is taken for ever, also when the field is retired."""

    code = "custom_field_exists"
    message = _("There is a field with this code already. A retired one can be brought back.")


class CustomFieldInUse(BusinessError):
    """Values of the field exist, so its kind can't change."""

    code = "custom_field_in_use"
    message = _("Customers have values of this field, so its kind can't change.")


class ChoiceInUse(BusinessError):
    """Customers have this choice, so it can't leave the list."""

    code = "choice_in_use"


class CustomFieldChangedMeanwhile(BusinessError):
    """Somebody else saved the field first."""

    code = "edit_conflict"
    message = _("Somebody changed this field while you were editing. Check it and save again.")


class TooManyCustomFields(BusinessError):
    """The number of fields is bounded, so that forms stay usable."""

    code = "too_many_custom_fields"
    message = _("Sixty fields are the most. Retire one that is no longer needed.")


class BadFile(BusinessError):
    """A file that is not kept: too large, empty, or of a kind that is not allowed."""

    code = "bad_file"
    http_status = 400


class NameTaken(BusinessError):
    """Two tags or categories of one name would be one thing."""

    code = "name_taken"
    message = _("There is one with this name already.")


class TooManyAddresses(BusinessError):
    """The number of addresses of one customer is bounded."""

    code = "too_many_addresses"
    message = _("A customer has at most thirty addresses.")


class TooManyFiles(BusinessError):
    """The number of files of one customer is bounded."""

    code = "too_many_files"
    message = _("A customer has at most five hundred files.")


class NotYourNote(BusinessError):
    """Only the author changes what a note says."""

    code = "not_your_note"
    message = _("Only the person who wrote a note may change it.")
    http_status = 403


class PartOfAnother(BusinessError):
    """The customer became part of another one; it can be changed only after that is undone."""

    code = "part_of_another"
    message = _("This customer is part of another one now. Undo the merge to change it.")

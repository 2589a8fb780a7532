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


class NothingToUndo(BusinessError):
    """The bulk action is somebody else's, too old, or undone already."""

    code = "nothing_to_undo"
    message = _("There is nothing left to undo.")


class TooManyExports(BusinessError):
    """Exports are limited for each person (SECURITY.md RL-1)."""

    code = "too_many_exports"
    message = _("Ten exports an hour are the most. Try again later.")
    http_status = 429


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

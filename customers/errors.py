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


class PointHasConsents(BusinessError):
    """The consent ledger keeps what was agreed; its contact point stays with it."""

    code = "contact_point_has_consents"
    message = _(
        "Consents are recorded for this contact, so it stays. Record a withdrawal to stop using it."
    )


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

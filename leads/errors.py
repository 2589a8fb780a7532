"""Refusals about leads, each with a sentence for people."""

from django.utils.translation import gettext_lazy as _

from crm_project.kit.errors import BusinessError


class LeadIsClosed(BusinessError):
    """The lead is converted or rejected."""

    code = "lead_closed"
    message = _("This lead is closed. Reopen it first.")


class LeadChangedMeanwhile(BusinessError):
    """Somebody else acted on the lead first."""

    code = "edit_conflict"
    message = _("A colleague changed this lead a moment ago. Look at it again, then decide.")


class CannotTakeLeads(BusinessError):
    """The colleague may not work on this lead."""

    code = "cannot_take_leads"
    message = _("This colleague cannot take leads of this branch. Choose somebody else.")
    http_status = 422


class SnoozeInThePast(BusinessError):
    """The time is not in the future."""

    code = "snooze_in_the_past"
    message = _("Choose a time in the future, within a year.")
    http_status = 422


class ValueDoesNotFit(BusinessError):
    """A corrected value is not of the field's kind."""

    code = "value_does_not_fit"
    message = _("This value does not fit the field.")
    http_status = 422


class OpenLeadExists(BusinessError):
    """The conversation has another open lead."""

    code = "open_lead_exists"
    message = _("This conversation already has an open lead. Work on that one.")

"""Moving a lead between statuses by its board card: each column is one of the usual steps."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from crm_project.kit.errors import BusinessError
from leads.models import Lead

from .work import (
    accept_lead,
    convert_lead,
    qualify_lead,
    reject_lead,
    reopen_lead,
    snooze_lead,
)


class NoSuchStage(BusinessError):
    """The column does not exist."""

    code = "no_such_stage"
    http_status = 422


@transaction.atomic
def move_lead(lead: Lead, *, stage: str, actor: User) -> str:
    """Do the step that the column stands for and say what was done.

    A snoozed or rejected one moved elsewhere is reopened first. Raises NoSuchStage and what the
    steps raise.
    """
    if lead.status == Lead.Status.REJECTED and stage != Lead.Status.REJECTED:
        reopen_lead(lead, actor=actor)
    if stage == Lead.Status.NEW:
        reopen_lead(lead, actor=actor)
        return _("The lead waits for acceptance again.")
    if stage == Lead.Status.ACCEPTED:
        return _accept(lead, actor)
    if stage == Lead.Status.QUALIFIED:
        qualify_lead(lead, actor=actor)
        return _("Marked as qualified.")
    if stage == Lead.Status.SNOOZED:
        snooze_lead(lead, until=timezone.now() + timedelta(days=1), actor=actor)
        return _("Snoozed until tomorrow.")
    if stage == Lead.Status.REJECTED:
        reject_lead(lead, reason="not_a_customer", actor=actor)
        return _("Rejected.")
    if stage == Lead.Status.CONVERTED:
        convert_lead(lead, actor=actor)
        return _("The lead is a customer now.")
    raise NoSuchStage(_("There is no such column."))


def _accept(lead: Lead, actor: User) -> str:
    if lead.status == Lead.Status.QUALIFIED:
        reopen_lead(lead, actor=actor)
    accept_lead(lead, actor=actor)
    return _("Accepted.")

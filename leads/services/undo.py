"""Taking back what a person just did with a lead, as long as nobody did anything after it."""

from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils.dateparse import parse_datetime

from accounts.models import User
from leads.errors import CannotTakeLeads, LeadChangedMeanwhile, LeadIsClosed, OpenLeadExists
from leads.models import Lead

from .work import change_lead, hand_conversation, may_take

SALT = "leads.undo"
LONGEST = 3600  # seconds in which a step can be taken back
TIMES = ("accepted_at", "snoozed_until", "closed_at", "assigned_at")
COLUMNS = ("status", "owner_id", "close_reason", *TIMES)


def before(lead: Lead) -> dict[str, Any]:
    """Return what an undo puts back; take it before the step."""
    values = {name: getattr(lead, name) for name in COLUMNS}
    for name in TIMES:
        values[name] = values[name].isoformat() if values[name] else None
    return {**values, "pk": lead.pk}


def undo_token(known: dict[str, Any], lead: Lead, *, actor: User) -> str:
    """Return a signed token by which the actor puts `known` back while the lead stays as it is."""
    told = {**known, "version": lead.version, "actor": actor.pk}
    return signing.dumps(told, salt=SALT, compress=True)


def lead_of_token(token: str) -> int:
    """Return the id of the token's lead. Raises LeadChangedMeanwhile for an old or false token."""
    return int(_read(token)["pk"])


def undo_step(lead: Lead, *, token: str, actor: User) -> Lead:
    """Put the lead back.

    Raises LeadChangedMeanwhile, LeadIsClosed, OpenLeadExists, and CannotTakeLeads where the person
    who had it may not have it any more.
    """
    known = _read(token)
    is_own = known["pk"] == lead.pk and known["actor"] == actor.pk
    if not is_own or known["version"] != lead.version:
        raise LeadChangedMeanwhile
    if lead.status == Lead.Status.CONVERTED:
        raise LeadIsClosed
    columns = {name: known[name] for name in ("status", "close_reason")}
    columns |= {name: parse_datetime(known[name]) if known[name] else None for name in TIMES}
    owner = columns["owner"] = User.objects.filter(pk=known["owner_id"]).first()
    if owner and owner.pk != lead.owner_id and not may_take(owner, lead):
        raise CannotTakeLeads
    try:
        with transaction.atomic():
            change_lead(lead, actor, "lead.undone", **columns)
            hand_conversation(lead, owner)
            return lead
    except IntegrityError as error:
        raise OpenLeadExists from error


def _read(token: str) -> dict[str, Any]:
    try:
        known = signing.loads(token, salt=SALT, max_age=LONGEST)
    except signing.BadSignature as error:
        raise LeadChangedMeanwhile from error
    return dict(known)

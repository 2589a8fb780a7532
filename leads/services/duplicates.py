"""Deciding a suggested duplicate. Nothing is merged without a person's word."""

from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.services import record
from crm_project.kit.live import tell_once
from customers.models import Customer
from leads.errors import LeadChangedMeanwhile, LeadIsClosed
from leads.models import DuplicateSuggestion, Lead
from messaging.models import Conversation

from .actions import CHANGED, groups_of, tell_history


@transaction.atomic
def link_duplicate(suggestion: DuplicateSuggestion, *, actor: User) -> DuplicateSuggestion:
    """Confirm the same person: the lead belongs to the customer. Twice is once.

    A pair of leads is marked only. Raises LeadIsClosed for a lead that became another customer,
    LeadChangedMeanwhile where a colleague has said otherwise.
    """
    if not _is_open(suggestion, DuplicateSuggestion.State.LINKED):
        return suggestion
    changes: dict[str, Any] = {}
    if customer := suggestion.customer:
        changes["customer"] = _link_customer(suggestion, customer)
    return _settle(suggestion, DuplicateSuggestion.State.LINKED, actor, changes)


@transaction.atomic
def dismiss_duplicate(suggestion: DuplicateSuggestion, *, actor: User) -> DuplicateSuggestion:
    """Say that it is somebody else; the suggestion does not come back. Twice is once.

    Raises LeadChangedMeanwhile where a colleague has said otherwise.
    """
    if not _is_open(suggestion, DuplicateSuggestion.State.DISMISSED):
        return suggestion
    return _settle(suggestion, DuplicateSuggestion.State.DISMISSED, actor, {})


def _is_open(suggestion: DuplicateSuggestion, wanted: str) -> bool:
    """Hold the row and say whether it still has to be decided; False: decided so already."""
    rows = DuplicateSuggestion.objects.select_for_update(of=("self",)).filter(pk=suggestion.pk)
    suggestion.state = rows.values_list("state", flat=True).get()
    if suggestion.state not in (wanted, DuplicateSuggestion.State.OPEN):
        raise LeadChangedMeanwhile
    return suggestion.state != wanted


def _link_customer(suggestion: DuplicateSuggestion, customer: Customer) -> list[str | None]:
    """Let lead and conversation belong to the customer; return the codes before and after."""
    rows = Lead.objects.select_for_update(of=("self",)).select_related("customer", "conversation")
    lead = suggestion.lead = rows.get(pk=suggestion.lead_id)
    before = lead.customer.code if lead.customer else None
    if lead.status == Lead.Status.CONVERTED and lead.customer_id != customer.pk:
        raise LeadIsClosed
    Lead.objects.filter(pk=lead.pk).update(customer=customer, version=F("version") + 1)
    if lead.conversation:
        Conversation.objects.filter(pk=lead.conversation.pk).update(customer=customer)
    lead.refresh_from_db(fields=["customer", "version"])
    tell_history(lead)
    return [before, customer.code]


def _settle(
    suggestion: DuplicateSuggestion, state: str, actor: User, changes: dict[str, Any]
) -> DuplicateSuggestion:
    before = suggestion.state
    suggestion.state, suggestion.decided_by = state, actor
    suggestion.save(update_fields=["state", "decided_by"])
    said = {"state": [before, state], "with": str(suggestion.customer or suggestion.other_lead)}
    record(actor, f"lead.duplicate_{state}", suggestion.lead, changes={**said, **changes})
    tell_once(groups_of(suggestion.lead), CHANGED)
    return suggestion

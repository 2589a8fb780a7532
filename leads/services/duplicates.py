"""Deciding a suggested duplicate. Nothing is merged without a person's word."""

from django.db import transaction
from django.db.models import F

from accounts.models import User
from accounts.services import record
from crm_project.kit.live import tell_once
from leads.models import DuplicateSuggestion, Lead
from messaging.models import Conversation

from .actions import CHANGED, groups_of, tell_history


@transaction.atomic
def link_duplicate(suggestion: DuplicateSuggestion, *, actor: User) -> DuplicateSuggestion:
    """Confirm the same person: the lead belongs to the customer. Twice is once.

    A pair of leads is marked only.
    """
    lead = suggestion.lead
    if suggestion.state == DuplicateSuggestion.State.LINKED:
        return suggestion
    if suggestion.customer:
        Lead.objects.filter(pk=lead.pk).update(
            customer=suggestion.customer, version=F("version") + 1
        )
        if lead.conversation:
            Conversation.objects.filter(pk=lead.conversation.pk).update(
                customer=suggestion.customer
            )
        lead.refresh_from_db(fields=["customer", "version"])
        tell_history(lead)
    return _settle(suggestion, DuplicateSuggestion.State.LINKED, actor)


@transaction.atomic
def dismiss_duplicate(suggestion: DuplicateSuggestion, *, actor: User) -> DuplicateSuggestion:
    """Say that it is somebody else; the suggestion does not come back. Twice is once."""
    if suggestion.state == DuplicateSuggestion.State.DISMISSED:
        return suggestion
    return _settle(suggestion, DuplicateSuggestion.State.DISMISSED, actor)


def _settle(suggestion: DuplicateSuggestion, state: str, actor: User) -> DuplicateSuggestion:
    before = suggestion.state
    suggestion.state, suggestion.decided_by = state, actor
    suggestion.save(update_fields=["state", "decided_by"])
    changes = {"state": [before, state], "with": str(suggestion.customer or suggestion.other_lead)}
    record(actor, f"lead.duplicate_{state}", suggestion.lead, changes=changes)
    tell_once(groups_of(suggestion.lead), CHANGED)
    return suggestion

"""A language model as a second reader: it may only add candidates, marked as its own.

The network call happens outside any transaction; what it adds stays a suggestion until a person
accepts it. Safe to run twice: a value that is known already is not added again.
"""

from django.conf import settings
from django.db import transaction

from accounts.services import Reason, record
from crm_project.kit.live import tell_once
from leads.capture.enquiry import read_enquiry
from leads.models import ExtractedField, Lead
from leads.normalize import Candidate
from leads.normalize.llm import suggest

from .actions import CHANGED, groups_of


def add_model_candidates(lead_id: int) -> int:
    """Ask the model about the lead's first message; returns how many candidates were new."""
    lead = Lead.objects.select_related("branch", "owner").get(pk=lead_id)
    link = (
        lead.log.filter(is_first=True)
        .select_related("message__conversation__branch", "message__conversation__channel")
        .first()
    )
    if link is None:
        return 0
    known = list(lead.fields.filter(message=link.message))
    found = suggest(read_enquiry(link.message).text, [_candidate(field) for field in known])
    values = {(field.name, str(field.value)) for field in known}
    fresh = [item for item in found if (item.field, str(item.value)) not in values]
    if fresh:
        _add(lead, link.message_id, fresh)
    return len(fresh)


def _candidate(field: ExtractedField) -> Candidate:
    return Candidate(
        field.name, field.value, field.raw, field.confidence, field.start, field.end,
        field.extractor, field.version,
    )  # fmt: skip


@transaction.atomic
def _add(lead: Lead, message_id: int, found: list[Candidate]) -> None:
    ExtractedField.objects.bulk_create(
        [
            ExtractedField(
                lead=lead,
                message_id=message_id,
                name=item.field,
                value=item.value,
                raw=item.raw[:300],
                confidence=item.confidence,
                start=item.start,
                end=item.end,
                extractor=item.extractor[:60],
                version=item.version[:20],
            )
            for item in found
        ]
    )
    evidence = tuple(f"{item.field}: {item.raw}" for item in found)
    reason = Reason(rule="llm", version=settings.OPENAI_MODEL, evidence=evidence)
    record(None, "lead.fields_suggested", lead, reason=reason)
    tell_once(groups_of(lead), CHANGED)

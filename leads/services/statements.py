"""What somebody states about a lead in its columns, kept as ground truth of its fields."""

from collections.abc import Mapping

from django.db import transaction

from accounts.models import User
from leads.errors import LeadIsClosed
from leads.models import ExtractedField, Lead

from .corrections import AMOUNTS, COLUMNS, correct_field

EXTRACTOR = "stated"  # nobody found it in a message: somebody said so
FIELD_OF = {column: field for field, column in COLUMNS.items()} | {
    field: field for field in AMOUNTS
}


@transaction.atomic
def state_values(lead: Lead, values: Mapping[str, str], *, actor: User) -> Lead:
    """Set columns of the lead by correcting its fields, or by adding what was not found.

    `values` are texts by column, quantity and budget with their unit ("6 pcs", "20,000 SAR").
    Raises LeadIsClosed, ValueDoesNotFit.
    """
    if lead.status not in Lead.OPEN:
        raise LeadIsClosed
    for column, text in values.items():
        field = _field(lead, FIELD_OF[column])
        correct_field(field, text=text, actor=actor)
    lead.refresh_from_db()
    return lead


def _field(lead: Lead, name: str) -> ExtractedField:
    """The field whose value the lead shows, or a new one."""
    known = lead.fields.filter(name=name).order_by("-decided_at", "-confidence", "pk").first()
    return known or ExtractedField.objects.create(
        lead=lead, name=name, confidence=1.0, extractor=EXTRACTOR, version="1"
    )

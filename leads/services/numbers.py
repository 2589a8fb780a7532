"""A person's new WhatsApp number on the leads that are still open: suggested, never put in place."""

from collections.abc import Sequence

from accounts.services import Reason, record
from crm_project.kit.live import tell_once
from leads.capture.enquiry import CHANNEL_VERSION
from leads.models import ExtractedField, Lead
from messaging.models import Message
from messaging.services.numbers import masked, new_number_of

from .actions import CHANGED, groups_of


def suggest_numbers(notices: Sequence[Message]) -> None:
    """Offer the number of each notice as a further reading of the lead's phone. Twice is once."""
    for notice in notices:
        rows = Lead.objects.open().filter(conversation=notice.conversation)
        for lead in rows.select_for_update(of=("self",)).order_by("pk"):
            _suggest(lead, notice, new_number_of(notice))


def _suggest(lead: Lead, notice: Message, phone: str) -> None:
    _field, is_new = ExtractedField.objects.get_or_create(
        lead=lead,
        message=notice,
        name="phone",
        defaults={
            "value": phone,
            "raw": phone,
            "confidence": 1.0,
            "extractor": "channel",
            "version": CHANNEL_VERSION,
        },
    )
    if not is_new:
        return
    reason = Reason(rule="whatsapp.number", version="1", evidence=(f"message:{notice.pk}",))
    changes = {"phone": [masked(lead.phone), masked(phone)]}
    record(None, "lead.number_changed", lead, changes=changes, reason=reason)
    tell_once(groups_of(lead), CHANGED)

"""What a lead is called, as far as the reader may know."""

from typing import Any

from customers.masking import EMAIL, PHONE, VISIBLE, shown_email, shown_phone
from leads.models import Lead


def title_of(lead: Lead, user: Any) -> str:
    """Return the name or company; else the phone or e-mail as the role may see it; else the number.

    `str(lead)` falls back to the contact in full: it is for pages of nobody in particular.
    """
    if lead.name or lead.company:
        return lead.name or lead.company
    phone, email = user.sees_field(PHONE), user.sees_field(EMAIL)
    if lead.phone and phone == VISIBLE:
        return lead.phone
    return shown_phone(lead.phone, phone) or shown_email(lead.email, email) or lead.code

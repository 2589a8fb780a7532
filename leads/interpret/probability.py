"""How likely a lead becomes an order: a transparent sum of what the message shows.

The weights are a prior by judgement (log-odds), to be replaced by learning once leads have
outcomes; each weight that counted is named as a reason.
"""

import math
from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leads.normalize.candidate import Candidate

from .reading import Reading, because

_BASE = -1.6  # one lead in six, with nothing known
_INTENT: dict[str, tuple[float, str | Promise]] = {
    "purchase": (1.7, _("wants to order or book a visit")),
    "quote_request": (0.6, _("asks for a price")),
    "partnership": (-0.9, _("proposes co-operation")),
    "support": (-1.2, _("needs help with an earlier order")),
    "complaint": (-1.6, _("complains")),
    "job": (-4.0, _("looks for a job")),
    "other": (-1.2, _("asks for nothing that is sold")),
}
_FIELD: dict[str, tuple[float, str | Promise]] = {
    "phone": (0.35, _("gives a phone number")),
    "budget": (0.6, _("names a budget")),
    "quantity": (0.35, _("names a quantity")),
    "product_category": (0.3, _("names a product")),
    "city": (0.25, _("names the place")),
    "company": (0.2, _("writes for a company")),
    "person_name": (0.15, _("gives a name")),
}
_URGENCY: dict[str, tuple[float, str | Promise]] = {
    "high": (0.5, _("is in a hurry")),
    "low": (-0.7, _("has plenty of time")),
}
_KNOWN = (0.5, _("is a known customer"))
_SPAM = 0.01


def read_probability(
    candidates: Sequence[Candidate], *, intent: str, urgency: str, is_known_customer: bool
) -> Reading:
    """Return the conversion probability (0..1), the strongest reasons first."""
    if intent == "spam":
        return Reading(_SPAM, 0.95, (because(_("Unsolicited messages are not leads"), ""),))
    fields = {item.field for item in candidates if item.confidence >= 0.5}
    parts = [_INTENT[intent]] if intent in _INTENT else []
    parts += [part for field, part in _FIELD.items() if field in fields]
    parts += [_URGENCY[urgency]] if urgency in _URGENCY else []
    parts += [_KNOWN] if is_known_customer else []
    odds = _BASE + sum(value for value, _name in parts)
    ranked = sorted(parts, key=lambda part: -abs(part[0]))
    reasons = tuple(
        because(_("Raises it: {words}") if value > 0 else _("Lowers it: {words}"), name)
        for value, name in ranked[:5]
    )
    return Reading(round(1 / (1 + math.exp(-odds)), 3), 0.5, reasons)

"""How likely a lead becomes an order: a transparent sum of what the message shows.

The weights are a prior by judgement (log-odds), to be replaced by learning once leads have
outcomes; each weight that counted is named as a reason.
"""

import math
from collections.abc import Sequence

from leads.normalize.candidate import Candidate

from .reading import Reading, because

_BASE = -1.6  # one lead in six, with nothing known
_INTENT = {
    "purchase": 1.7, "quote_request": 0.6, "partnership": -0.9, "support": -1.2,
    "complaint": -1.6, "job": -4.0, "other": -1.2,
}  # fmt: skip
_FIELD = {
    "phone": 0.35, "budget": 0.6, "quantity": 0.35, "product_category": 0.3, "city": 0.25,
    "company": 0.2, "person_name": 0.15,
}  # fmt: skip
_URGENCY = {"high": 0.5, "low": -0.7}
_KNOWN = {"known": 0.5}
_SPAM = 0.01


def read_probability(
    candidates: Sequence[Candidate], *, intent: str, urgency: str, is_known_customer: bool
) -> Reading:
    """Return the conversion probability (0..1), the strongest reasons first."""
    if intent == "spam":
        return Reading(_SPAM, 0.95, (because("chance_spam"),))
    fields = {item.field for item in candidates if item.confidence >= 0.5}
    parts = [(intent, _INTENT[intent])] if intent in _INTENT else []
    parts += [(field, worth) for field, worth in _FIELD.items() if field in fields]
    parts += [(urgency, _URGENCY[urgency])] if urgency in _URGENCY else []
    parts += _KNOWN.items() if is_known_customer else ()
    odds = _BASE + sum(worth for _fact, worth in parts)
    ranked = sorted(parts, key=lambda part: -abs(part[1]))
    reasons = tuple(
        because("chance_up" if worth > 0 else "chance_down", fact=fact)
        for fact, worth in ranked[:5]
    )
    return Reading(round(1 / (1 + math.exp(-odds)), 3), 0.5, reasons)

"""What the sender wants: purchase, quote, support, complaint, job, partnership, spam or other.

The second opinion is weighed together with the cues of the tables, which alone can be quoted.
"""

import math
from collections.abc import Mapping, Sequence

from leads.normalize.candidate import Candidate

from .reading import Cues, Reading, because, weight
from .reasons import Reason
from .spam_signs import NEEDS

_WANTED = ("quote_request", "purchase", "support", "complaint", "job", "partnership", "other")
_CUE = 0.8  # log-odds a cue adds for each of its weight
_ANGRY, _KNOWN, _HAPPY = 0.6, 0.5, 1.5  # log-odds added by the tone and by being a customer
_NEEDED_NOW = 2.0  # log-odds for an order where something is needed at once and no price is asked
_EXPLICIT, _ASKS_PRICE = 4, 3  # weights of cues
_ENQUIRY_FIELDS = {"product_category", "quantity", "budget"}
_SUREST = 0.97


def read_intent(
    cues: Cues,
    candidates: Sequence[Candidate],
    *,
    spam: Reading | None,
    tone: str,
    is_known_customer: bool,
    opinion: Mapping[str, float],
) -> Reading:
    """Return the intent of the taxonomy with its confidence and the words that led to it.

    `spam` is given where the message was found to be unsolicited; `opinion` holds the
    log-probability of each intent.
    """
    if spam:
        return Reading("spam", spam.value, spam.reasons)
    scores = {name: opinion[name] + _CUE * weight(cues.of("intents", name)) for name in _WANTED}
    scores["complaint"] += _ANGRY if tone == "angry" else 0.0
    scores["other"] += _HAPPY if tone == "happy" else 0.0  # thanks and praise
    scores["support"] += _KNOWN if is_known_customer else 0.0
    fields = {item.field for item in candidates if item.confidence >= 0.4}
    scores["purchase"] += _NEEDED_NOW if _is_needed_now(cues, fields) else 0.0
    best = max(scores, key=lambda name: scores[name])
    total = sum(math.exp(score - scores[best]) for score in scores.values())
    reason = _reason(cues, best, fields)
    return Reading(best, round(min(_SUREST, 1 / total), 3), (reason,))


def _is_needed_now(cues: Cues, fields: set[str]) -> bool:
    """Whether a thing of our trade is needed at once, and no price asked: what broke, perhaps."""
    asks = any(float(match.row[1]) >= _ASKS_PRICE for match in cues.of("intents", "quote_request"))
    is_now = any(float(match.row[1]) >= _EXPLICIT for match in cues.of("urgency", "high"))
    return (
        is_now
        and not (asks or cues.of("intents", "formal"))
        and bool(fields & {"product_category", "quantity"})
        and bool(NEEDS.search(cues.document.folded.text))
    )


def _reason(cues: Cues, intent: str, fields: set[str]) -> Reason:
    found = sorted(cues.of("intents", intent), key=lambda match: -float(match.row[1]))
    if found:
        return because(f"intent_{intent}", cues.quote(found))
    if intent in {"quote_request", "purchase"} and fields & _ENQUIRY_FIELDS:
        return because("intent_only_product")
    return because("intent_none" if intent == "other" else "intent_alike")

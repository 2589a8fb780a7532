"""What the sender wants: purchase, quote, support, complaint, job, partnership, spam or other."""

import math
import re
from collections.abc import Mapping, Sequence

from leads.normalize.candidate import Candidate

from .reading import Cues, Reading, because, weight

_WANTED = ("quote_request", "purchase", "support", "complaint", "job", "partnership", "other")
_TRUST, _TRUST_ALONE = 0.7, 1.2  # share of the second opinion's log-probability
_PRIOR = {"complaint": 0.3, "job": 0.2, "partnership": 0.1, "purchase": 0.2, "other": -0.4}
_NEEDS = re.compile(
    r"\b[وف]?(?:محتاج\w*|نحتاج|احتاج|عايز\w*|عاوز\w*|نبي|ابي|ابغ\w*|بدي|بدنا|نريد|اريد|"
    r"عندكم|عندكو|متوفر|need|looking for|require|3a[yw]e?z\w*|me7tag\w*|baddi|abi|abgha)\b"
)
_OUR_DOING = re.compile(
    r"\b(?:you|your|yours|deliver\w*|arriv\w*|install\w*|received|bought|ordered|order|invoice|"
    r"refund|paid|complain\w*)\b|\w*(?:ركب|وصل|استلم|اشتر|شريت|بعت|سلم|رجع|بدل|عمال|فني|شكو|عوض|فلوس|"
    r"فاتور|طلبت|طلبي|طلبنا|خذيت|اخذت|اوردر|مندوب|رد علي|جاب|جاني|جالي|منكم|معكم|معاكم|عملتو|"
    r"سويتو|حقي|عربون|استرد|المبلغ)\w*|"
    r"\b(?:raka?b\w*|wasal\w*|weslet|estalamt\w*|eshtareet\w*|floos\w*|order\w*|talab\w*)\b"
)
_NEW_ONE = re.compile(r"\b(?:new|replacement|another|جديد\w*|تاني\w*|بداله|gedeed\w*|jdeed\w*)\b")
_HAS_ORDERED = re.compile(
    r"\b(?:order|invoice|received|bought|installed|delivered|warranty|contract)\b|"
    r"\w*(?:ركبت|استلم|اشتريت|شريت|فاتور|طلبت|طلبي|اوردر|منكم|عقد|ضمان|دفعت|حولت)\w*"
)
_ENQUIRY_FIELDS = {"product_category", "quantity", "budget"}


def _adjusted(cues: Cues, scores: dict[str, float], fields: set[str]) -> dict[str, float]:
    """Weigh the intents against each other."""
    text = cues.document.folded.text
    if scores["complaint"] and _NEEDS.search(text) and not _OUR_DOING.search(text):
        scores["complaint"] *= 0.2  # what broke is theirs, and they want another one
    elif len({match.entry.term for match in cues.of("intents", "complaint")}) > 2:
        scores["complaint"] += 1.5  # several grounds: no mere question
    is_needed = "product_category" in fields and bool(_NEEDS.search(text))
    if (
        is_needed
        and ("quantity" in fields or _NEW_ONE.search(text))
        and not _HAS_ORDERED.search(text)
    ):
        scores["support"] *= 0.4  # "when can you deliver" is asked before ordering, too
    is_formal = bool(cues.of("intents", "formal"))
    is_strong = any(float(m.row[1]) >= 4 for m in cues.of("intents", "partnership"))
    asks_price = any(float(m.row[1]) >= 3 for m in cues.of("intents", "quote_request"))
    scores["quote_request"] += 1.0 if is_formal else 0.0
    if asks_price and scores["support"] < 4 and scores["complaint"] < 3:
        scores["quote_request"] += 0.6
    if scores["quote_request"] < 1 and "product_category" in fields:
        scores["quote_request"] += 0.9
    if fields & {"quantity", "budget"} and "product_category" in fields:
        scores["quote_request"] += 0.6
    is_now = any(float(m.row[1]) >= 4 for m in cues.of("urgency", "high"))
    wants_now = is_now and bool(fields & {"quantity", "product_category"})
    if wants_now and not asks_price and not is_formal and scores["quote_request"] <= 2.5:
        scores["purchase"] = max(scores["purchase"], scores["quote_request"] + 0.1)
    if scores["support"] >= 3 or scores["complaint"] >= 4:
        scores["purchase"] -= 1.2  # "send someone" is then a repair
    if scores["complaint"] >= 3 and scores["support"] and scores["complaint"] < 4:
        scores["complaint"] -= 0.5
    if asks_price and "product_category" in fields:
        scores["job"] -= 2.0  # "work" is then work to be done for them
    if is_needed and "quantity" in fields and not is_strong:
        scores["job"] -= 2.0  # where they work, and
        scores["partnership"] -= 2.0  # what they are, tells for whom they need it
    if {"quantity", "product_category"} <= fields:
        scores["other"] -= 1.5
    return scores


def _leaning(opinion: Mapping[str, float], *, has_cue: bool) -> dict[str, float]:
    """Return what the second opinion adds to each intent; more where no rule found a word.

    Whether a wish to have something is an order or an enquiry the rules alone decide.
    """
    trust = _TRUST if has_cue else _TRUST_ALONE
    wishes = [opinion[name] for name in ("quote_request", "purchase") if name in opinion]
    both = math.log(sum(map(math.exp, wishes))) if wishes else 0.0
    return {
        name: trust * (both if name in {"quote_request", "purchase"} else value)
        for name, value in opinion.items()
    }


def read_intent(
    cues: Cues,
    candidates: Sequence[Candidate],
    *,
    is_spam: bool,
    spam: Reading,
    tone: str,
    is_known_customer: bool,
    opinion: Mapping[str, float] | None = None,
) -> Reading:
    """Return the intent of the taxonomy with its confidence and the words that led to it."""
    if is_spam:
        return Reading("spam", spam.value, spam.reasons)
    fields = {item.field for item in candidates if item.confidence >= 0.4}
    scores = {name: weight(cues.of("intents", name)) for name in _WANTED}
    scores = {
        name: score + (_PRIOR.get(name, 0.0) if score else 0.0) for name, score in scores.items()
    }
    scores = _adjusted(cues, scores, fields)
    if tone == "angry" and scores["complaint"]:
        scores["complaint"] += 0.8
    if is_known_customer and scores["support"]:
        scores["support"] += 0.5
    if tone == "happy" and max(scores.values()) < 2.5:
        scores["other"] = max(scores["other"], 2.6)  # thanks and praise, nothing asked
    leaning = _leaning(opinion or {}, has_cue=any(cues.of("intents", name) for name in _WANTED))
    best = max(scores, key=lambda name: scores[name] + leaning.get(name, 0.0))
    if scores[best] < 0.85 and not fields & _ENQUIRY_FIELDS:
        return Reading("other", 0.6, (because("intent_none"),))
    if scores[best] <= 0.9 and fields & _ENQUIRY_FIELDS:
        return Reading("quote_request", 0.55, (because("intent_only_product"),))
    total = sum(score for score in scores.values() if score > 0)
    confidence = min(0.97, 0.35 + 0.5 * scores[best] / total + 0.04 * scores[best])
    found = cues.of("intents", best)
    reason = because(f"intent_{best}", cues.quote(sorted(found, key=lambda m: -float(m.row[1]))))
    return Reading(best, round(confidence, 3), (reason,) if found else (
        because("intent_only_product"),
    ))  # fmt: skip

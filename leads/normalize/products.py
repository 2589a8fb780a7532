"""Which product category a message is about, by weighted vocabulary."""

from collections.abc import Sequence
from itertools import pairwise

from .candidate import Candidate
from .context import Context
from .lexicon import Match, word_set

_WEIGHT = {"3": 3.0, "2": 1.5, "1": 0.7}
_ASKED = word_set("products.asked")
_JOB = {
    "cv",
    "resume",
    "vacancy",
    "وظيفه",
    "توظيف",
    "ابشتغل",
    "سيرتي",
    "السيفي",
    "تدريب",
    "internship",
    "وظايف",
}
_JOB_PAIRS = {("السي", "في"), ("سيره", "ذاتيه"), ("السيره", "الذاتيه"), ("سي", "في")}


def _is_job(context: Context) -> bool:
    texts = [word.text for word in context.document.words]
    return bool(_JOB & set(texts)) or bool(_JOB_PAIRS & set(pairwise(texts)))


def _share(context: Context, matches: Sequence[Match], index: int) -> float:
    """Return how much a term counts where another stands beside it.

    Of two neighbours one names the thing and the other what it is made of or made for: the
    first in Arabic ("باب زجاج"), the last in English ("glass door").
    """
    match = matches[index]
    share = 0.3 if context.companies.holds(match.start, match.end) else 1.0
    neighbours = [m for m in matches if m.row[0] != match.row[0]]
    is_latin = context.document.words[match.first].is_latin and not context.document.is_arabizi
    if is_latin:
        is_modifier = any(m.first == match.last for m in neighbours)
    else:
        is_modifier = any(m.last == match.first for m in neighbours)
    return share * (0.25 if is_modifier else 1.0)


def find_products(context: Context) -> list[Candidate]:
    """Return product-category candidates, the likeliest first."""
    matches = [
        match
        for match in context.document.found("products")
        if not context.contacts.holds(match.start, match.end)
        and not context.places.holds(match.start, match.end)
    ]
    scores: dict[str, float] = {}
    evidence: dict[str, Match] = {}
    seen: set[str] = set()
    words = context.document.words
    for index, match in enumerate(matches):
        category, weight = match.row
        score = _WEIGHT[weight] * _share(context, matches, index)
        key = f"{category} {match.entry.term}"
        score *= 0.3 if key in seen else 1.0
        seen.add(key)
        asked = {word.text for word in words[max(0, match.first - 3) : match.first]} & _ASKED
        score += 0.5 if asked and score >= 1.5 else 0.0
        if not scores and score >= 1.5:
            score += 1.2
        scores[category] = scores.get(category, 0.0) + score
        evidence.setdefault(category, match)
    return _ranked(context, scores, evidence)


def _ranked(
    context: Context, scores: dict[str, float], evidence: dict[str, Match]
) -> list[Candidate]:
    total = sum(scores.values())
    factor = 0.5 if _is_job(context) else 1.0
    found = []
    for category, score in sorted(scores.items(), key=lambda item: -item[1]):
        certainty = min(1.0, score / 3.0)
        confidence = factor * (0.4 + 0.55 * certainty * score / total) if score >= 0.5 else 0.2
        match = evidence[category]
        found.append(
            context.document.candidate(
                "product_category", category, match.start, match.end, confidence, "product-lexicon"
            )
        )
    return found

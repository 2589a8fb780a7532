"""Which product category a message is about, by weighted vocabulary."""

from collections.abc import Sequence

from .candidate import Candidate
from .context import Context
from .lexicon import Match, word_set

_WEIGHT = {"3": 3.0, "2": 1.5, "1": 0.7}
_ASKED = word_set("products.asked")
_PARTS = word_set("products.parts")
_BETWEEN = word_set("products.between_part_and_thing")
_WANTS = word_set("products.wants")
_OPENINGS = word_set("products.openings")
_NEARBY = 3  # matches to either side that may be its neighbours
_PLACE = 0.3  # what a place counts beside the thing that is put there
_ASIDE = 0.5  # what is named beside the question counts: "… how much? the shop has a glass front"


def _share(context: Context, matches: Sequence[Match], index: int) -> float:
    """Return how much a term counts where another stands beside it.

    Of two neighbours one names the thing and the other what it is made of or made for: the
    first in Arabic ("باب زجاج"), the last in English ("glass door").
    """
    match = matches[index]
    share = 0.3 if context.companies.holds(match.start, match.end) else 1.0
    nearby = matches[max(0, index - _NEARBY) : index + _NEARBY + 1]
    neighbours = [m for m in nearby if m.row[0] != match.row[0]]
    if _is_part(context, match, neighbours):
        return 0.25 * share
    neighbours = [m for m in neighbours if not _is_part(context, m, [match])]
    is_latin = context.document.words[match.first].is_latin and not context.document.is_arabizi
    if is_latin:
        is_modifier = any(m.first == match.last for m in neighbours)
    else:
        is_modifier = any(m.last == match.first for m in neighbours)
    return share * (0.25 if is_modifier else 1.0)


def _is_part(context: Context, match: Match, others: Sequence[Match]) -> bool:
    """Whether a match names a part of a thing that follows: "battery of the lock".

    "Glass with lights" names two things: the Arabic "with" and "and" are glued to the second.
    """
    words = context.document.words
    if words[match.first].text.removeprefix("ال") not in _PARTS:
        return False
    return any(
        match.last <= other.first
        and not (other.start > words[other.first].start and words[other.first].text[0] in "بو")
        and {word.text for word in words[match.last : other.first]} <= _BETWEEN
        for other in others
    )


def _is_opening(context: Context, match: Match) -> bool:
    """Whether a match is a window: beside a curtain it is where the curtain hangs."""
    word = context.document.words[match.first].text
    return match.last == match.first + 1 and word.removeprefix("ال").removeprefix("لل") in _OPENINGS


def _asking(context: Context) -> set[int]:
    """Return the clauses that ask for something."""
    document = context.document
    wants = {document.clause(word.start) for word in document.words if word.text in _WANTS}
    return wants | document.questions()


def _named(context: Context) -> list[Match]:
    """Return the products that are named as such: "our ceiling is 900" is about money."""
    money = [m for m in context.document.found("number_cues") if m.row[0] == "budget"]
    return [
        match
        for match in context.document.found("products")
        if not context.contacts.holds(match.start, match.end)
        and not context.places.holds(match.start, match.end)
        and not any(m.first < match.last and match.first < m.last for m in money)
    ]


def find_products(context: Context) -> list[Candidate]:
    """Return product-category candidates, the likeliest first."""
    matches, asking = _named(context), _asking(context)
    clauses = [context.document.clause(match.start) for match in matches]
    hangs = any(match.row[0] == "curtains_blinds" for match in matches)
    is_answered = bool(asking & set(clauses))
    scores: dict[str, float] = {}
    evidence: dict[str, Match] = {}
    seen: set[str] = set()
    words = context.document.words
    for index, match in enumerate(matches):
        category, weight = match.row
        score = _WEIGHT[weight] * _share(context, matches, index)
        score *= _ASIDE if is_answered and clauses[index] not in asking else 1.0
        score *= _PLACE if hangs and _is_opening(context, match) else 1.0
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
    found = []
    for category, score in sorted(scores.items(), key=lambda item: -item[1]):
        certainty = min(1.0, score / 3.0)
        confidence = 0.4 + 0.55 * certainty * score / total if score >= 0.5 else 0.2
        match = evidence[category]
        found.append(
            context.document.candidate(
                "product_category", category, match.start, match.end, confidence, "product-lexicon"
            )
        )
    return found

"""Two companies' names: brands word by word, activities, kin, cities and numbers as facts."""

from . import reasons
from .alignment import Pairing
from .firms import Firm, parse_firm
from .words import SLIP, SOUNDS_ALIKE, compare, likeness

_OTHER = 0.3


def match_firms(a: str, b: str) -> Pairing:
    """The best pairing of the readings of two companies' names."""
    best = Pairing(0.0)
    for firm in parse_firm(a):
        for other in parse_firm(b):
            pairing = _pair(firm, other)
            if pairing.score > best.score:
                best = pairing
    return best


def _pair(a: Firm, b: Firm) -> Pairing:
    if not a.brand or not b.brand:
        same = not a.brand and not b.brand and a.concepts == b.concepts and not _conflict(a, b)
        telling = same and len(a.concepts) > 2
        return Pairing(0.82 if telling else 0.7 if same else 0.1, [reasons.ONLY_GENERAL])
    brand = _brand_likeness(a, b)
    if not brand:
        return Pairing(_OTHER / 2, [reasons.OTHER_BRAND])
    conflict = _conflict(a, b)
    if conflict:
        return Pairing(0.45, [conflict])
    return _scored(a, b, brand)


def _brand_likeness(a: Firm, b: Firm) -> float:
    """0, or the weakest likeness of the brand words, in order or as one joined word."""
    if len(a.brand) == len(b.brand):
        likes = []
        for i, (word, other) in enumerate(zip(a.brand, b.brand, strict=True)):
            meaning = a.brand_meanings[i]
            like = likeness(word, other)
            if not like and meaning and meaning == b.brand_meanings[i]:
                like = SOUNDS_ALIKE
            likes.append(like)
        if all(likes) and sum(like == SLIP for like in likes) < 2:
            return min(likes)
        meanings = sorted(a.brand_meanings)
        if len(meanings) > 1 and all(meanings) and meanings == sorted(b.brand_meanings):
            return SOUNDS_ALIKE  # Golden Star, النجمة الذهبية: the adjective follows
    if len(a.brand) != len(b.brand):
        like = compare("".join(a.brand_tokens), "".join(b.brand_tokens))
        return like if like > SLIP else 0.0
    return 0.0


def _conflict(a: Firm, b: Firm) -> str:
    """What tells the two companies apart, or ""."""
    if a.numbers != b.numbers:
        return reasons.OTHER_NUMBER
    if a.of("kin") != b.of("kin"):
        return reasons.OTHER_KIN
    if a.cities and b.cities and a.cities.isdisjoint(b.cities):
        return reasons.OTHER_CITY
    for kinds in (("act", "kind"), ("scope",), ("kind",)):
        ours, theirs = (frozenset().union(*(f.of(k) for k in kinds)) for f in (a, b))
        if ours - theirs and theirs - ours:
            return reasons.OTHER_ACTIVITY
    ours, theirs = a.of("act") | a.of("kind"), b.of("act") | b.of("kind")
    if bool(ours) != bool(theirs) and len(a.brand) < 2:
        return reasons.ACTIVITY_MISSING  # "Al Noor" alone is too common a name
    contrary = {"scope:private", "weak:international"}
    if len((a.concepts ^ b.concepts) & contrary) == 2 and (
        {"kind:school", "kind:university"} & (a.concepts | b.concepts)
    ):
        return reasons.OTHER_ACTIVITY
    return ""


def _scored(a: Firm, b: Firm, brand: float) -> Pairing:
    score, facts = 1.0, [reasons.SAME_BRAND]
    if brand == SLIP:
        score -= 0.15
        facts.append(reasons.SLIP)
    elif brand < 1:
        score -= 0.02
    strong = {c for c in a.concepts ^ b.concepts if c.startswith(("act:", "kind:", "scope:"))}
    for concept in strong:
        score -= 0.04 if concept in _SOFT else 0.12
    if a.cities != b.cities:
        score -= 0.22
        facts.append(reasons.CITY_MISSING)
    if strong:
        facts.append(reasons.ACTIVITY_MISSING)
    elif a.of("act") | a.of("kind"):
        facts.append(reasons.SAME_ACTIVITY)
    score -= 0.005 * len((a.concepts ^ b.concepts) - strong)
    return Pairing(max(score, 0.0), facts)


_SOFT = frozenset({"act:trade", "kind:factory", "act:development", "act:industry", "act:import",
                   "act:export", "scope:specialised", "scope:private"})  # fmt: skip

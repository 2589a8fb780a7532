"""Two persons' names, word by word."""

from dataclasses import dataclass, field

from . import reasons
from .lexicon import is_common, known_as
from .people import parse_person
from .words import INITIAL, SLIP, Word, likeness

ONE_WORD_COMMON, ONE_WORD = 0.7, 0.85
OTHER_PERSON = 0.3


@dataclass(slots=True)
class Pairing:
    """What aligning two readings found: the score so far and the facts behind it."""

    score: float
    facts: list[str] = field(default_factory=list)


def match_people(a: str, b: str) -> Pairing:
    """The best pairing of the readings of two persons' names."""
    best = Pairing(0.0)
    for words in parse_person(a):
        for others in parse_person(b):
            pairing = _align(words, others)
            if pairing.score > best.score:
                best = pairing
    return best


def _align(a: tuple[Word, ...], b: tuple[Word, ...]) -> Pairing:
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    first = likeness(short[0], long[0])
    if not first:
        return Pairing(OTHER_PERSON / 2, [reasons.OTHER_GIVEN])
    if len(short) == 1:
        return _one_word(short[0], long, first)
    last = likeness(short[-1], long[-1])
    middle = _subsequence(short[1:-1], long[1:-1])
    if last and middle is not None:
        return _scored(short, long, [first, *middle, last])
    if not last and len(short) > 2 and len(long) > len(short):
        rest = _prefix(short[1:], long[1:])
        if rest is not None:
            return Pairing(0.84, [reasons.FAMILY_MISSING])
    return Pairing(OTHER_PERSON, [reasons.OTHER_MIDDLE if last else reasons.OTHER_FAMILY])


def _one_word(word: Word, long: tuple[Word, ...], first: float) -> Pairing:
    if len(long) > 1:
        return Pairing(0.4, [reasons.ONE_WORD])
    score = ONE_WORD_COMMON if is_common(known_as(word.core)) else ONE_WORD
    return Pairing(score * first, [reasons.ONE_WORD])


def _prefix(short: tuple[Word, ...], long: tuple[Word, ...]) -> list[float] | None:
    likes = [likeness(x, y) for x, y in zip(short, long, strict=False)]
    return likes if all(like > SLIP for like in likes) else None


def _subsequence(short: tuple[Word, ...], long: tuple[Word, ...]) -> list[float] | None:
    """Likeness of each middle word of the shorter name, found in order in the longer; or None."""
    likes, at = [], 0
    for k, word in enumerate(short):
        room = len(long) - (len(short) - k) + 1
        for j in range(at, room):
            like = likeness(word, long[j])
            if like:
                likes.append(like)
                at = j + 1
                break
        else:
            return None
    return likes


def _scored(short: tuple[Word, ...], long: tuple[Word, ...], likes: list[float]) -> Pairing:
    missing = len(long) - len(short)
    score, facts = 1.0, [reasons.GIVEN_AND_FAMILY if missing else reasons.SAME_FULL_NAME]
    slips = sum(like == SLIP for like in likes)
    score -= sum((1 - like) * 0.5 for like in likes if like != SLIP) / len(likes)
    if missing:
        given = known_as(long[0].core) | known_as(short[0].core)
        common = is_common(given) and not long[0].prefix
        score -= 0.28 if common else 0.08
        facts.append(reasons.FATHER_MISSING)
    if slips:
        score -= 0.12 * slips if slips == 1 and not missing else 0.4
        facts.append(reasons.SLIP)
    if any(like == INITIAL for like in likes):
        vague = likes[-1] == INITIAL or (likes[0] == INITIAL and len(short) < 3)
        score -= 0.3 if vague else 0.04
        facts.append(reasons.INITIAL_FITS)
    return Pairing(max(score, 0.0), facts)

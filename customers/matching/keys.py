"""Blocking keys: short strings that records of one name share, whatever script and spelling."""

from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from zlib import crc32

from .firms import Firm, parse_firm
from .lexicon import known_as
from .people import parse_person
from .sounds import skeleton
from .words import Word

MAX_KEYS = 8
MAX_KEY_LENGTH = 40  # characters; longer keys end in a checksum
_MAX_PIECES = 2
_MAX_ACTIVITIES = 5


def person_keys(name: str) -> list[str]:
    """Keys of pairs of words (given with family first); a single word's own if there is one."""
    found: dict[str, None] = {}
    orders = parse_person(name)
    for group in zip(*(_groups(words) for words in orders), strict=False):
        for key in (key for keys in group for key in keys):
            found.setdefault(key)
    return [_short(key) for key in list(found)[:MAX_KEYS]]


def firm_keys(name: str) -> list[str]:
    """Keys of the company's own name with each of its activities."""
    found: dict[str, None] = {}
    for firm in parse_firm(name):
        for key in _firm_keys(firm):
            found.setdefault(key)
    return [_short(key) for key in list(found)[:MAX_KEYS]]


def _short(key: str) -> str:
    if len(key) <= MAX_KEY_LENGTH:
        return key
    return f"{key[: MAX_KEY_LENGTH - 8]}{crc32(key.encode()):08x}"


def _groups(words: tuple[Word, ...]) -> Iterator[list[str]]:
    """Per word group its keys, the most telling group first; always four groups."""
    full = [word for word in words if not word.initial]
    n = len(full)
    if n < 2:
        yield ["1" + piece for piece in _pieces(full[0])] if full else []
        yield from ([], [], [])
        return
    yield _joined("p", [full[0], full[-1]])
    yield _joined("p", [full[1], full[-1]]) if n > 2 else []
    yield [
        key + "+" + last[:1]
        for key in _joined("q", full[:2])
        for last in _pieces(full[-1])[:1]
    ] if n > 2 else []  # fmt: skip
    yield _joined("t", full[:3])[:1] if n > 2 else []


def _joined(mark: str, words: list[Word]) -> list[str]:
    choices = product(*(_pieces(word) for word in words))
    return list(dict.fromkeys(mark + ".".join(sorted(choice)) for choice in choices))


@lru_cache(maxsize=8192)
def _pieces(word: Word) -> list[str]:
    """Skeletons of the word's likely readings; known names by their Arabic spelling."""
    readings = dict(reversed(word.readings))
    if "abd" in readings:
        return ["3" + s for s in _skeletons(readings["abd"])]
    if word.prefix == "abu" or ("abu" in readings and not known_as(word.core)):
        return [_with_b(s) for s in _skeletons(readings["abu"])]
    if len(readings.get("din", "")) > 1 and not known_as(readings.get("", "")):
        return ["d" + s for s in _skeletons(readings["din"])]
    if len(readings.get("allah", "")) > 1:
        return ["a" + s for s in _skeletons(readings["allah"].removesuffix("t"))]
    pieces = [s for prefix, core in word.readings if prefix != "ben" for s in _skeletons(core)]
    joined = [s for prefix, core in word.readings if prefix == "ben" for s in _skeletons(core)]
    return list(dict.fromkeys(pieces[:1] + joined + pieces[1:]))[:_MAX_PIECES]


def _with_b(letters: str) -> str:
    return "".join(sorted({*letters, "b"}))


def _skeletons(core: str) -> list[str]:
    names = known_as(core)
    if names:
        return sorted({skeleton(name) for name in names})[:_MAX_PIECES]
    if "th" in core:  # ث, or ذ in Gulf spelling
        return [skeleton(core), skeleton(core.replace("th", "dh"))]
    return [skeleton(core)]


def _firm_keys(firm: Firm) -> Iterator[str]:
    activities = sorted(firm.of("act") | firm.of("kind"))[:_MAX_ACTIVITIES]
    names = list(_brand_names(firm))
    if not names:
        yield "g" + "+".join(sorted(firm.concepts))[:80]
    for name in names:
        if not activities or len(firm.brand) > 1:
            yield "c" + name
        yield from (f"c{name}+{activity.split(':')[1]}" for activity in activities)


def _brand_names(firm: Firm) -> Iterator[str]:
    """One sorted skeleton of all brand words, and one of their meanings where all have one."""
    if firm.brand:
        letters = {letter for word in firm.brand for letter in _pieces(word)[0]}
        yield "".join(sorted(letters))
    if firm.brand and all(firm.brand_meanings):
        yield "=" + ".".join(sorted(firm.brand_meanings))

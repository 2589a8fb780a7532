"""Known names: which names a spelling can be, so that look-alikes are told from slips."""

from collections import defaultdict
from functools import cache, lru_cache

from .distance import FAR, distance
from .sounds import skeleton
from .text import data_lines, is_arabic, plain

NEAR = 0.3  # a Latin spelling within this distance is a spelling of the name
_SHORT = 6  # letters; in a shorter word the exchanged ending is another name: Ramez, Ramzy
MARGIN = 0.12  # readings this much worse than the best one still count


@cache
def _names() -> tuple[dict[str, set[str]], dict[str, list[tuple[str, str]]], frozenset[str]]:
    """Arabic spelling → ids; skeleton → (reading, id); ids of the most common given names."""
    spellings: dict[str, set[str]] = defaultdict(set)
    readings: dict[str, list[tuple[str, str]]] = defaultdict(list)
    common = set()
    for line in data_lines("names.txt"):
        reading, *arabic = line.split()
        name = plain(arabic[0])
        if reading.startswith("*"):
            common.add(name)
        reading = reading.removeprefix("*")
        for spelling in arabic:
            spellings[plain(spelling)].add(name)
        for key in {skeleton(reading), skeleton(reading.replace("th", "s"))}:  # Othman, Osman
            readings[key].append((reading, name))
    return dict(spellings), dict(readings), frozenset(common)


@lru_cache(maxsize=65536)
def known_as(word: str) -> frozenset[str]:
    """Ids (plain Arabic spelling) of the known names a plain word can be; empty if unknown."""
    spellings, readings, _ = _names()
    if is_arabic(word):
        return frozenset(spellings.get(word, ()))
    costs: dict[str, float] = {}
    for reading, name in readings.get(skeleton(word), ()):
        cost = distance(reading, word)
        if cost <= NEAR:
            costs[name] = min(cost, costs.get(name, FAR))
    best = min(costs.values(), default=0.0)
    return frozenset(name for name, cost in costs.items() if cost <= best + MARGIN)


def swapped(word: str, *, last: bool = True) -> list[str]:
    """The word with every two neighbours exchanged, without or with its last letter."""
    stop = len(word) - (1 if last else 2)
    return [word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(stop)]


@lru_cache(maxsize=65536)
def slip_of(latin: str) -> frozenset[str]:
    """Ids of the known names an unknown Latin word gives once two neighbours are exchanged."""
    if is_arabic(latin) or known_as(latin):
        return frozenset()
    swaps = swapped(latin, last=len(latin) > _SHORT)
    return frozenset().union(*(known_as(word) for word in swaps))


@cache
def _readings_by_name() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for rows in _names()[1].values():
        for reading, name in rows:
            found[name].append(reading)
    return {name: tuple(rows) for name, rows in found.items()}


def vocalised_distance(arabic: str, latin: str) -> float | None:
    """Distance of a Latin word from the readings of a known Arabic word; None if unknown."""
    names = known_as(arabic)
    if not names:
        return None
    return min(distance(r, latin) for name in names for r in _readings_by_name()[name])


def is_common(names: frozenset[str]) -> bool:
    """Whether one of the ids is among the most common given names."""
    return not names.isdisjoint(_names()[2])

"""Turns of phrase that no list of words can name: "when … arrive", "the fitter … scratched".

They are regular expressions of a table, written with named parts, and found in the folded text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from leads.normalize.lexicon import Entry, Match, read_rows

_TABLE = Path(__file__).parent / "data" / "patterns.tsv"
_INTENTS = {"quote_request", "purchase", "support", "complaint", "job", "partnership", "other"}
_GAP = re.compile(r"\{gap(\d)\}")
_LONGEST = 4000  # characters read: the intent of a long mail is told before its terms


@dataclass(frozen=True, slots=True)
class _Pattern:
    entry: Entry
    expression: re.Pattern[str]


def _expanded(expression: str, parts: dict[str, str]) -> str:
    for name, words in parts.items():
        expression = expression.replace("{" + name + "}", words)
    return _GAP.sub(lambda gap: rf"(?:[^\w\n]+[\w']+){{0,{gap[1]}}}?[^\w\n]+", expression)


@lru_cache(maxsize=1)
def _patterns() -> tuple[_Pattern, ...]:
    parts: dict[str, str] = {}
    found: list[_Pattern] = []
    for key, name, weight, expression in read_rows(_TABLE):
        if key == "def":
            parts[name] = expression
            continue
        table = "intents" if key in _INTENTS else "spam"
        entry = Entry(table, (key, weight), f"pattern {len(found)}")
        found.append(_Pattern(entry, re.compile(_expanded(expression, parts))))
    return tuple(found)


def find_patterns(text: str) -> Iterator[Match]:
    """Yield the first place of every pattern in a folded text, as cues of the tables are."""
    text = text[:_LONGEST]
    for pattern in _patterns():
        if place := pattern.expression.search(text):
            yield Match(pattern.entry, place.start(), place.end(), 0, 0)

"""What offers of strangers have in common, whatever they sell: a table of named expressions."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from leads.normalize.lexicon import read_rows

_TABLE = Path(__file__).parent / "data" / "signals.tsv"
_LONGEST = 1500  # characters read: an offer shows itself early


@lru_cache(maxsize=1)
def _signals() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(expression)) for name, expression in read_rows(_TABLE))


def find_signals(folded: str) -> Mapping[str, tuple[int, int]]:
    """Return the first place of every signal in a folded text, by its name."""
    text, found = folded[:_LONGEST], dict[str, tuple[int, int]]()
    for name, expression in _signals():
        if name not in found and (place := expression.search(text)):
            found[name] = place.span()
    return found

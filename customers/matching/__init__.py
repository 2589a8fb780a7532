"""Whether two written names name the same person or company, in Arabic and Latin letters.

Pure Python: no database. `match_names` scores a pair with reasons, `name_keys` gives keys by which
a database finds the pairs worth scoring. Names are read by rules of spelling and transliteration
with word lists in `data/`; everything is cached per name and per word.
"""

from dataclasses import dataclass
from typing import Literal

from . import reasons
from .alignment import match_people
from .branding import match_firms
from .keys import MAX_KEYS, firm_keys, person_keys
from .lexicon import known_as
from .text import is_arabic, plain

__all__ = [
    "MAX_KEYS", "THRESHOLD", "NameMatch", "baseline_score", "match_names", "name_keys",
    "written_in_arabic",
]  # fmt: skip

Kind = Literal["person", "company"]
THRESHOLD: float = 0.8  # from this score on two names count as the same


@dataclass(frozen=True, slots=True)
class NameMatch:
    """How alike two names are (0 to 1), and why: msgids to show through `gettext`."""

    score: float
    reasons: tuple[str, ...]


def match_names(a: str, b: str, *, kind: Kind) -> NameMatch:
    """Compare two names of one kind. Symmetric; any string is safe, names without letters score 0.

    Raises ValueError for another kind.
    """
    a, b = sorted((a, b))  # whatever the rules do with odd names, both ways are judged alike
    if kind == "person":
        pairing = match_people(a, b)
    elif kind == "company":
        pairing = match_firms(a, b)
    else:
        raise ValueError(f"unknown kind of name: {kind!r}")
    facts = pairing.facts
    if pairing.score >= THRESHOLD and plain(a) == plain(b):
        facts = [reasons.SAME_WRITING]
    return NameMatch(round(pairing.score, 4), tuple(facts))


def name_keys(name: str, *, kind: Kind) -> list[str]:
    """At most `MAX_KEYS` keys; names worth comparing share one. Raises ValueError as above."""
    if kind == "person":
        return person_keys(name)
    if kind == "company":
        return firm_keys(name)
    raise ValueError(f"unknown kind of name: {kind!r}")


def written_in_arabic(word: str) -> list[str]:
    """Return how a known name that is written in Latin letters is written in Arabic ones.

    "mohamed" gives ["محمد"]; a word that is no such name gives none.
    """
    name = plain(word)
    return [] if is_arabic(name) else sorted(known_as(name))


def baseline_score(a: str, b: str, kind: Kind) -> float:
    """The score alone, positional: the shape scripts that compare scorers expect."""
    return match_names(a, b, kind=kind).score

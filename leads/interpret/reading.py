"""What is read from a message as a whole: a value, how sure, and the words that led to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from leads.normalize.candidate import Candidate
from leads.normalize.document import Document
from leads.normalize.folding import fold
from leads.normalize.language import everyday_words
from leads.normalize.lexicon import Lexicon, Match, read_entries

from .patterns import find_patterns
from .reasons import Reason

_DATA = Path(__file__).parent / "data"
_HIDES_CUES = {"company", "email"}  # "شركة … للصيانة" asks for no maintenance
_SHORTEST_STEM = 4  # letters: endings are not taken off shorter cues
_MOST_WORDS = 4  # quoted in one reason
_LONGEST_QUOTE = 80  # characters


@dataclass(frozen=True, slots=True)
class Reading:
    """A value with its confidence (0..1) and its reasons: codes, told in the reader's language."""

    value: Any
    confidence: float
    reasons: tuple[Reason, ...]


@lru_cache(maxsize=1)
def cues() -> Lexicon:
    """Return the compiled cue tables (built on first use)."""
    inflected = {"intents": True, "spam": True, "urgency": False, "tone": True, "dialects": False}
    return Lexicon(
        replace(entry, may_inflect=entry.may_inflect and len(fold(entry.term)) >= _SHORTEST_STEM)
        for name, may_inflect in inflected.items()
        for entry in read_entries(_DATA / f"{name}.tsv", may_inflect=may_inflect)
    )


class Cues:
    """The cues found in one message, by table and by key."""

    def __init__(self, document: Document, candidates: Sequence[Candidate] = ()) -> None:
        self.document = document
        hidden = [document.folded_span(item) for item in candidates if item.field in _HIDES_CUES]
        self._found = {
            table: [m for m in matches if not any(m.start < b and a < m.end for a, b in hidden)]
            for table, matches in document.look_up(cues(), known=everyday_words("en")).items()
        }
        for match in find_patterns(document.folded.text):
            self._found.setdefault(match.entry.table, []).append(match)

    def of(self, table: str, key: str | None = None) -> Sequence[Match]:
        """Return the matches of a table, of one key if given, in text order."""
        found = self._found.get(table, [])
        return found if key is None else [match for match in found if match.row[0] == key]

    def quote(self, matches: Iterable[Match]) -> tuple[str, ...]:
        """Return the words of the matches as they were written, for a reason."""
        return self.quote_places((match.start, match.end) for match in matches)

    def quote_places(self, places: Iterable[tuple[int, int]]) -> tuple[str, ...]:
        """Return what was written at some places of the folded text, for a reason."""
        written = dict.fromkeys(self.document.raw(start, end) for start, end in places)
        return tuple(written)[:_MOST_WORDS]


def weight(matches: Iterable[Match]) -> float:
    """Return what cues weigh together: the strongest in full, the others less and less."""
    weights: dict[str, float] = {}
    for match in matches:
        weights[match.entry.term] = float(match.row[1])
    ranked = sorted(weights.values(), reverse=True)
    return sum(value * (1.0 if rank == 0 else 0.35) for rank, value in enumerate(ranked[:6]))


def because(code: str, words: Iterable[str] = (), *, fact: str = "") -> Reason:
    """Return a reason of the table in `reasons`, with the sender's words or a fact's code."""
    return Reason(code, tuple(word[:_LONGEST_QUOTE] for word in words), fact)

"""One message, read once: folded, split into words, its language known, all terms found."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from .candidate import Candidate
from .folding import Folded, fold_with_origin
from .language import detect_language, everyday_words
from .lexicon import Entry, Lexicon, Match, read_entries
from .words import Word, split_words

MAX_CHARACTERS = 20_000  # longer texts are read up to here: the work stays bounded
_DATA = Path(__file__).parent / "data"
_CLAUSE_END = re.compile(r"[!?\n;،…]|[.:,](?!\d)|\s[-–—|/]\s|[–—]")
_NOTHING: list[Match] = []


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the compiled tables of the normaliser (built on first use)."""

    def entries(name: str, **options: bool) -> list[Entry]:
        return list(read_entries(_DATA / f"{name}.tsv", **options))

    exact = {"may_inflect": False, "is_exact": True, "keeps_article": True}
    return Lexicon([
        *entries("places", may_inflect=False, keeps_article=True),
        *entries("products", may_inflect=True),
        *entries("units", may_inflect=False),
        *entries("currencies", may_inflect=False),
        *entries("number_cues", may_inflect=False),
        *entries("specs", may_inflect=False),
        *entries("given_names", **exact),
        *entries("titles", **exact),
        *entries("company_heads", may_inflect=False, keeps_article=True),
        *entries("name_cues", may_inflect=False),
    ])  # fmt: skip


class Document:
    """A message prepared for the extractors."""

    def __init__(self, text: str) -> None:
        self.text = text[:MAX_CHARACTERS]
        self.folded: Folded = fold_with_origin(self.text)
        self.words: tuple[Word, ...] = split_words(self.folded.text)
        self.language, self.language_confidence = detect_language(self.folded, self.words)
        self._found = self.look_up(lexicon(), known=everyday_words("en", "az"))
        self._ends = [match.start() for match in _CLAUSE_END.finditer(self.folded.text)]

    @property
    def is_arabizi(self) -> bool:
        """Whether Latin words may be Arabic ones: beside Arabic letters they are English."""
        if self.language == "mixed":
            return not any(word.is_arabic for word in self.words) or any(
                word.is_latin and word.text in everyday_words("az") and len(word.text) > 2
                for word in self.words
            )
        return self.language == "arabizi"

    def look_up(self, tables: Lexicon, *, known: frozenset[str]) -> dict[str, list[Match]]:
        """Return the matches of a lexicon's tables; `known` words are not compared by sound."""
        return tables.find(self.words, is_arabizi=self.is_arabizi, known=known)

    def found(self, table: str) -> Sequence[Match]:
        """Return the matches of one table, in text order."""
        return self._found.get(table, _NOTHING)

    def clause(self, position: int) -> int:
        """Return the ordinal of the clause that holds a folded position."""
        return bisect_right(self._ends, position)

    def questions(self) -> set[int]:
        """Return the ordinals of the clauses that end in a question mark."""
        text = self.folded.text
        return {ordinal for ordinal, end in enumerate(self._ends) if text[end] == "?"}

    def raw(self, start: int, end: int) -> str:
        """Return what was written at a folded slice."""
        return self.folded.raw(start, end)

    def folded_span(self, candidate: Candidate) -> tuple[int, int]:
        """Return the folded slice of a candidate's original span (empty without one)."""
        first, last = candidate.start or 0, candidate.end or 0
        return bisect_left(self.folded.origin, first), bisect_left(self.folded.origin, last)

    def candidate(
        self, field: str, value: object, start: int, end: int, confidence: float, extractor: str
    ) -> Candidate:
        """Build a candidate from a folded slice, its span translated to the original text."""
        first, last = self.folded.span(start, end)
        return Candidate(
            field, value, self.text[first:last], round(confidence, 3), first, last, extractor, "1"
        )


@lru_cache(maxsize=4)
def read(text: str) -> Document:
    """Read a message; the last few are kept, so that interpreting costs no second reading."""
    return Document(text)

"""What the extractors of one message know of each other: spans that are already explained."""

import re
from dataclasses import dataclass, field
from functools import cached_property

from .candidate import Candidate
from .document import Document
from .numbers import Number, find_numbers

_URL = re.compile(r"(?:https?://|www\.)\S+")
_SIZE = re.compile(
    r"(?<!\d)\d{1,9}(?:[.,]\d{1,9})?\s?(?:mm|cm|m|سم|مم|ملم|متر|م)?\s?(?:x|\*|في|فى|by|fe|ب)\s?\d+(?:[.,]\d+)?"
    r"(?:\s?(?:x|\*|في|by)\s?\d+(?:[.,]\d+)?)?(?:\s(?:و?نص|و?ربع))?"
)
_MOST_NUMBERS = 300  # read of one message: beyond that it is a pasted table
_DATE = re.compile(r"(?<![\d/])\d{1,2}/\d{1,2}(?:/\d{2,4})?(?![\d/])|20[2-4]\d-\d\d-\d\d")


@dataclass(slots=True)
class Spans:
    """Folded spans; `holds` says whether a slice touches one of them."""

    pairs: list[tuple[int, int]] = field(default_factory=list)

    def holds(self, start: int, end: int) -> bool:
        return any(start < last and first < end for first, last in self.pairs)


class Context:
    """A document with its region and with what has been found in it so far."""

    def __init__(self, document: Document, *, region: str) -> None:
        self.document = document
        self.region = region.upper()
        self.signed = Spans()
        self.contacts = Spans([match.span() for match in _URL.finditer(document.folded.text)])
        self.places = Spans()
        self.companies = Spans()
        self.money = Spans()
        self.category = ""

    def add_contacts(self, candidates: list[Candidate]) -> None:
        """Mark phones and e-mails (original offsets) as explained."""
        spans = [self.document.folded_span(item) for item in candidates]
        self.contacts.pairs.extend(spans)
        self.signed.pairs.extend(spans)

    def add_places(self, candidates: list[Candidate]) -> None:
        """Mark words that were understood as places: "بالنجف" is no chandelier."""
        self.places.pairs.extend(self.document.folded_span(item) for item in candidates)

    @cached_property
    def sizes(self) -> Spans:
        """Dimensions such as 240×160 or "٣ في ٢ ونص", and dates."""
        text = self.document.folded.text
        found = [match.span() for match in _SIZE.finditer(text)]
        return Spans(found + [match.span() for match in _DATE.finditer(text)])

    @cached_property
    def numbers(self) -> list[Number]:
        """The first numbers that are not part of a phone, an address or a link."""
        found = find_numbers(self.document)[:_MOST_NUMBERS]
        return [n for n in found if not self.contacts.holds(n.start, n.end)]

    def cue_distance(
        self, kind: str, first: int, last: int, *, before: int, after: int
    ) -> int | None:
        """Return how many words away the nearest cue of a kind stands in the same clause."""
        document, best = self.document, None
        for match in document.found("number_cues"):
            if match.row[0] != kind:
                continue
            gap = first - match.last if match.last <= first else -(match.first - last) - 1
            if match.last > first and match.first < last:
                continue
            reach = before if gap >= 0 else after
            distance = gap if gap >= 0 else -gap - 1
            word = document.words[first if gap >= 0 else last - 1]
            if distance <= reach and document.clause(match.start) == document.clause(word.start):
                best = distance if best is None else min(best, distance)
        return best

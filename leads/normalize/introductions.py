"""Companies told by where they stand: "We are Cedar Foods and …", "Pearl Gate seeks …", a signature.

No word of such a name need say that it is a company's.
"""

import re
from collections.abc import Iterator

from .candidate import Candidate
from .context import Context
from .lexicon import word_set
from .words import Word

_NOT_FIRST, _ROLES = word_set("companies.not_first"), word_set("companies.roles")
_GREETINGS = {
    "hello",
    "hi",
    "dear",
    "good",
    "greetings",
    "thanks",
    "regards",
    "sincerely",
    "cheers",
}
_LINKS = {"and", "of", "for", "al", "el"}
_MOST_WORDS, _FEWEST_WORDS = 5, 2
_INTRODUCED = re.compile(
    r"\b(?:we are|we're|we at|here at|on behalf of|representing|writing from|this is \w+ from|"
    r"i am from|i'm from|from m/s|m/s\.?|"
    r"\w+ (?:from|of|at))\s(?:m/s\.?\s)?(?=[a-z])"
)
_ACTS = re.compile(
    r"\W{0,3}\s?(?:(?:is|are)\s(?:looking|seeking|interested|in need|a|an|the|based|planning)|seeks?|"
    r"requires?|needs?|wants?|wishes|would like|invites?|manufactures?|exports?|"
    r"[\w ,]{0,20}:\s?(?:we|looking))\b"
)
_INTRODUCTION, _SUBJECT, _SIGNATURE = 0.7, 0.7, 0.6


class _Names:
    """Runs of capitalised Latin words of one message."""

    def __init__(self, context: Context) -> None:
        self.context, self.document = context, context.document
        self.words = self.document.words
        self.given = {match.first for match in self.document.found("given_names")}
        self.placed = {
            index
            for match in self.document.found("places")
            for index in range(match.first, match.last)
        }
        self.things = {
            index
            for match in self.document.found("products")
            for index in range(match.first, match.last)
        }

    def _is_name(self, word: Word) -> bool:
        written = self.document.raw(word.start, word.end)
        return (
            word.is_latin
            and written[:1].isupper()
            and word.text not in _NOT_FIRST
            and not self.context.contacts.holds(word.start, word.end)
        )

    def from_word(self, first: int) -> int:
        """Return the word after the run that starts at `first`."""
        last, text = first, self.document.folded.text
        while last < len(self.words) and last - first < _MOST_WORDS:
            word = self.words[last]
            if last > first and text[self.words[last - 1].end : word.start].strip(" &-'"):
                break
            is_link = word.text in _LINKS and last > first and last + 1 < len(self.words)
            if not self._is_name(word) and not (is_link and self._is_name(self.words[last + 1])):
                break
            last += 1
        return last

    def is_firm(self, first: int, last: int) -> bool:
        """Whether a run may be a company's name: no person's, no place, not only products."""
        run = range(first, last)
        return (
            len(run) >= _FEWEST_WORDS
            and first not in self.given
            and self.words[first].text not in _GREETINGS
            and not any(self.words[index].text in _ROLES for index in run)
            and not all(index in self.placed or index in self.things for index in run)
            and not all(self.raw(index).isupper() for index in run)
        )

    def raw(self, index: int) -> str:
        return self.document.raw(self.words[index].start, self.words[index].end)

    def candidate(self, first: int, last: int, confidence: float) -> Candidate:
        start, end = self.words[first].start, self.words[last - 1].end
        raw = self.document.raw(start, end)
        return self.document.candidate("company", raw, start, end, confidence, "company-place")


def _introduced(names: _Names) -> Iterator[tuple[int, int, float]]:
    starts = {match.end() for match in _INTRODUCED.finditer(names.document.folded.text)}
    for index, word in enumerate(names.words):
        if word.start in starts:
            yield index, names.from_word(index), _INTRODUCTION


def _subjects(names: _Names) -> Iterator[tuple[int, int, float]]:
    text, last = names.document.folded.text, 0
    for index, word in enumerate(names.words):
        opens = not index or text[names.words[index - 1].end : word.start].strip() in {
            ".",
            "!",
            ":",
        }
        if index < last or not opens:
            continue
        last = names.from_word(index)
        if last > index and _ACTS.match(text, names.words[last - 1].end):
            yield index, last, _SUBJECT


def _signed(names: _Names) -> Iterator[tuple[int, int, float]]:
    """The last run of the message, in a clause of its own, contacts after it aside."""
    if names.document.language == "other":
        return  # capitals may mean nothing there
    text, contacts = names.document.folded.text, names.context.contacts
    end = len(names.words)
    while end and contacts.holds(names.words[end - 1].start, names.words[end - 1].end):
        end -= 1
    for first in range(max(1, end - _MOST_WORDS), end - 1):
        before = text[names.words[first - 1].end : names.words[first].start].strip(" ")
        if before in {".", ",", "\n", "-", "?", "!"} and names.from_word(first) == end:
            yield first, end, _SIGNATURE
            return


def find_placed_companies(context: Context) -> list[Candidate]:
    """Return companies told by their place in the text, where no word of theirs says so."""
    if not any(char.isascii() and char.isupper() for char in context.document.text):
        return []
    names, found, covered = _Names(context), list[Candidate](), set[int]()
    for first, last, confidence in (*_introduced(names), *_subjects(names), *_signed(names)):
        run = set(range(first, last))
        if names.is_firm(first, last) and not run & covered:
            covered |= run
            found.append(names.candidate(first, last, confidence))
    return found

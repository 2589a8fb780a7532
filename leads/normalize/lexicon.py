"""Phrase tables, compiled once into a trie of words and walked once per message.

A table is a file of tab-separated rows `key … terms`: the last column holds the terms, parted by
`|`. A term written `=term` must stand alone (no glued prefix or ending), one written `~term` is
Arabizi and is compared by its consonants, one written `+term` needs its article.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from .folding import fold
from .words import Form, Word, forms, sound, sound_forms, split_words

_SHORTEST_SOUND = 4  # the mark and three consonants


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a table as found through one of its terms."""

    table: str
    row: tuple[str, ...]
    term: str
    may_inflect: bool = True
    is_exact: bool = False
    keeps_article: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found in a text: folded offsets, and the words (first, last + 1) it covers."""

    entry: Entry
    start: int
    end: int
    first: int
    last: int
    is_stripped: bool = False  # found only after a glued letter was taken off

    @property
    def row(self) -> tuple[str, ...]:
        return self.entry.row


@dataclass(slots=True)
class _Node:
    children: dict[str, "_Node"] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)


def read_rows(path: Path) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a table file; blank lines and `#` comments are skipped."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield tuple(cell.strip() for cell in line.split("\t"))


def read_entries(
    path: Path, *, may_inflect: bool, is_exact: bool = False, keeps_article: bool = False
) -> Iterator[Entry]:
    """Yield one entry per term of the table at `path`; its name is the file's stem."""
    for row in read_rows(path):
        for term in filter(None, map(str.strip, row[-1].split("|"))):
            yield (
                Entry(
                    path.stem,
                    row[:-1],
                    term.lstrip("=~+"),
                    may_inflect=may_inflect and term[0] not in "=+",
                    is_exact=is_exact or term[0] == "=",
                    keeps_article=keeps_article or term[0] in "=+",
                )
                if term[0] != "~"
                else Entry(path.stem, row[:-1], term, may_inflect=False)
            )


@lru_cache(maxsize=1)
def _word_sets() -> dict[str, frozenset[str]]:
    rows = read_rows(Path(__file__).parent / "data" / "word_sets.tsv")
    return {name: frozenset(fold(word) for word in words.split("|")) for name, words in rows}


def word_set(name: str) -> frozenset[str]:
    """Return a named set of words, folded; raises KeyError for a name that is not in the table."""
    return _word_sets()[name]


class Lexicon:
    """Finds the terms of many tables in one pass over a text's words."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._root = _Node()
        for entry in entries:
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        is_sound = entry.term.startswith("~")
        words = split_words(fold(entry.term.lstrip("~")))
        node = self._root
        if is_sound and len(words) == 1 and len(sound(words[0].text)) < _SHORTEST_SOUND:
            is_sound = False  # too few consonants to be told from other words
        for word in words:
            key = sound(word.text) if is_sound else _stem(word.text, entry.keeps_article)
            node = node.children.setdefault(key, _Node())
        if words:
            node.entries.append(entry)

    def find(
        self, words: Sequence[Word], *, is_arabizi: bool, known: Container[str] = ()
    ) -> dict[str, list[Match]]:
        """Return every table's matches in text order, the longest of overlapping ones only.

        In Arabizi words are compared by sound too, except `known` words of another language.
        """
        readings = [
            (sound_forms if is_arabizi and word.text not in known else forms)(word.text)
            for word in words
        ]
        found: dict[str, list[Match]] = {}
        for first in range(len(words)):
            for match in self._from(words, readings, first):
                found.setdefault(match.entry.table, []).append(match)
        return {table: _longest(matches) for table, matches in found.items()}

    def _from(
        self, words: Sequence[Word], readings: Sequence[tuple[Form, ...]], first: int
    ) -> Iterator[Match]:
        stack = [(self._root, first, 0, False, False)]
        while stack:
            node, index, cut, stripped, inflected = stack.pop()
            for entry in node.entries:
                if not (stripped and entry.is_exact) and not (inflected and not entry.may_inflect):
                    start = words[first].start + cut
                    yield Match(entry, start, words[index - 1].end, first, index, stripped)
            if index == len(words) or not node.children:
                continue
            for form in readings[index]:
                child = node.children.get(form.key)
                if child is not None:
                    stack.append((
                        child, index + 1, form.cut if index == first else cut,
                        stripped or form.is_stripped, inflected or form.is_inflected,
                    ))  # fmt: skip


def _stem(word: str, keeps_article: bool) -> str:
    """A term's own article is dropped, as the article of the text's word will be."""
    has_article = word.startswith("ال") and len(word) > 5 and not keeps_article
    return word[2:] if has_article else word


def _longest(matches: list[Match]) -> list[Match]:
    ranked = sorted(matches, key=lambda m: (m.first - m.last, m.is_stripped, m.start))
    taken: dict[tuple[int, int, tuple[str, ...]], Match] = {}
    used: dict[int, tuple[int, int, bool]] = {}
    for match in ranked:
        span = (match.first, match.last, match.is_stripped)
        if {used.get(index) for index in range(match.first, match.last)} <= {None, span}:
            taken.setdefault((match.first, match.last, match.row), match)
            used.update(dict.fromkeys(range(match.first, match.last), span))
    return sorted(taken.values(), key=lambda m: m.first)

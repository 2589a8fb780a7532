"""Numbers of a message in digits and in words, with their multipliers: "مية وعشرين الف", "35k"."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .document import Document
from .folding import fold
from .lexicon import read_rows
from .words import Word

_TABLE = Path(__file__).parent / "data" / "numbers.tsv"
_AND = {"و", "and", "w", "et", "y", "wa"}
_NEEDS_A_NUMBER = {
    "k",
    "ك",
    "mil",
    "bin",
    "mn",
    "mln",
    "grand",
    "lac",
    "كيلوا",
    "mille",
    "الاف",
    "تلاف",
    "ملايين",
    "ملاين",
    "thousands",
    "alaf",
    "talaf",
}
_GROUPED = re.compile(r"\d{1,3}(?:([.,،])\d{3})(?:\1\d{3})*")
_LARGEST = 10**12


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands: folded offsets and the words (first, last + 1) it covers."""

    value: float
    start: int
    end: int
    first: int
    last: int
    multiplier: int = 1

    @property
    def plain(self) -> int | float:
        """The value as an int where it is whole."""
        rounded = round(self.value, 4)
        return int(rounded) if rounded == int(rounded) else rounded


@lru_cache(maxsize=1)
def _worded() -> dict[str, tuple[float, str]]:
    return {
        fold(term.lstrip("=")): (float(value), kind)
        for value, kind, terms in read_rows(_TABLE)
        for term in terms.split("|")
    }


def digits_value(text: str) -> float | None:
    """Return the value of written digits; None for dates, versions and the absurdly long.

    A single mark before exactly three digits parts thousands ("1.200" is 1200), unless the
    number starts with 0.
    """
    grouped = _GROUPED.fullmatch(text)
    if grouped and not text.startswith("0"):
        plain = re.sub(r"[.,،]", "", text)
    elif re.fullmatch(r"\d{1,3}(?:,\d{3})+\.\d{1,2}", text):
        plain = text.replace(",", "")
    elif re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d{1,2}", text):
        plain = text.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d+(?:[.,،]\d+)?", text):
        plain = re.sub(r"[,،]", ".", text)
    else:
        return None
    return float(plain) if len(plain) <= 13 else None


def _word_value(text: str, *, is_first: bool) -> tuple[float, str, bool, int] | None:
    """Return value, kind, whether an "and" is glued to it, and the glued letters' count."""
    worded = _worded()
    if text in worded:
        return (*worded[text], False, 0)
    if text[0] == "و" and text[1:] in worded:
        return (*worded[text[1:]], True, 1)
    if is_first and text[0] in "بل" and text[1:] in worded and len(text) > 3:
        return (*worded[text[1:]], False, 1)
    if is_first and text[:2] in {"ال", "لل"} and text[2:] in worded and len(text) > 5:
        return (*worded[text[2:]], False, 2)
    return None


class _Sum:
    """The running value of a spoken number."""

    def __init__(self) -> None:
        self.total = 0.0
        self.current: float | None = None
        self.multiplier = 1
        self.kind = ""

    @property
    def value(self) -> float:
        return self.total + (self.current or 0)

    def accepts(self, kind: str, value: float, *, is_joined: bool, is_latin: bool) -> bool:
        if not self.kind:
            return True
        if kind == "m":
            return self.current is not None
        if kind == "h":
            return (self.kind == "u" and (self.current or 0) < 10) or is_joined
        if kind == "f":
            return is_joined
        if kind == "d":
            return is_joined and self.kind == "m" and value < self.multiplier
        if self.kind == "d":
            return False
        if kind == "u" and value == 10 and self.kind == "u":  # خمسة عشر
            return True
        if kind == self.kind and kind in "ut" and value < 100 and self.value < 100:
            return False  # "خمسة وستة" are two numbers
        is_english = is_latin and (self.kind in "th" or self.current is None)
        return is_joined or is_english

    def add(self, kind: str, value: float) -> None:
        if kind == "m":
            self.total += (1 if self.current is None else self.current) * value
            self.current, self.multiplier = None, int(value)
        elif kind == "h" and self.kind == "u" and self.current:
            self.current *= value
        elif kind == "f" and self.kind == "m":
            self.total += value * self.multiplier
        else:
            self.current = (self.current or 0) + value
        self.kind = kind


def _spaced_end(document: Document, first: int) -> int:
    """Return the word after "40 000": thousands parted by spaces, where a currency follows."""
    words, text = document.words, document.folded.text
    last = first + 1
    if not words[first].text.isdigit() or len(words[first].text) > 3:
        return last
    while last < len(words) and len(words[last].text) == 3 and words[last].text.isdigit():
        if text[words[last - 1].end : words[last].start] != " ":
            break
        last += 1
    is_money = any(match.first == last for match in document.found("currencies"))
    return last if is_money else first + 1


def _is_price_word(document: Document, index: int) -> bool:
    """Whether "تمن" is the price of something that follows with its article, not eight of it."""
    words = document.words
    is_last = index + 1 >= len(words)
    return words[index].text == "تمن" and (is_last or words[index + 1].text[:2] in {"ال", "ده"})


def _token(word: Word, *, is_first: bool) -> tuple[float, str, bool, int] | None:
    if word.is_number:
        value = digits_value(word.text) if is_first else None
        return None if value is None else (value, "d", False, 0)
    return _word_value(word.text, is_first=is_first)


def _read_from(document: Document, first: int) -> Number | None:
    words, text = document.words, document.folded.text
    if _is_price_word(document, first):
        return None
    spaced = _spaced_end(document, first)
    if spaced > first + 1:
        value = float("".join(word.text for word in words[first:spaced]))
        return Number(value, words[first].start, words[spaced - 1].end, first, spaced)
    total, index, end, start, is_joined = _Sum(), first, first, words[first].start, False
    while index < len(words):
        word = words[index]
        if index > first and text[words[index - 1].end : word.start].strip(" -"):
            break
        if end > first and word.text in _AND and not is_joined:
            is_joined, index = True, index + 1
            continue
        is_rest = is_joined and total.kind == "m" and len(word.text) <= 3  # "14 الف و500"
        token = _token(word, is_first=index == first or is_rest)
        if token is None:
            break
        value, kind, has_and, cut = token
        if index == first and ((has_and and kind == "f") or word.text in _NEEDS_A_NUMBER):
            return None
        joined = is_joined or has_and
        if not total.accepts(kind, value, is_joined=joined, is_latin=word.is_latin):
            break
        if index == first:
            start += cut
        total.add(kind, value)
        is_joined, index, end = False, index + 1, index + 1
    if end == first or total.value > _LARGEST:
        return None
    return Number(total.value, start, words[end - 1].end, first, end, total.multiplier)


def find_numbers(document: Document) -> list[Number]:
    """Return the numbers of a message in order, each as long as it goes."""
    found: list[Number] = []
    index = 0
    while index < len(document.words):
        number = _read_from(document, index)
        if number is not None:
            found.append(number)
        index = number.last if number else index + 1
    return found

"""A message as it is compared: letters folded, every character traceable to the original.

Folding: NFKD; case, marks, tatweel and bidi controls dropped; alef, ya, ta marbuta and hamza
forms made one; Persian and dialect letters mapped to Arabic ones; every digit made ASCII.
"""

import unicodedata
from dataclasses import dataclass

_LETTERS = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ئ": "ي", "ؤ": "و",
    "ة": "ه", "ۀ": "ه", "ە": "ه", "ك": "ك", "ک": "ك", "گ": "ك", "ڭ": "ك", "چ": "ج", "پ": "ب",
    "ڤ": "ف", "ڨ": "ق", "ژ": "ج", "ء": "", "ـ": "",
    "٫": ".", "٬": ",", "؟": "?", "؛": ";", "×": "x", "✕": "x", "✖": "x", "÷": "/", "٪": "%",
    "’": "'", "‘": "'", "`": "'", "´": "'", "”": '"', "“": '"', "\u2010": "-", "\u2011": "-",
    "\n": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n", "ß": "ss", "ø": "o", "ı": "i",
    "œ": "oe", "æ": "ae",
}  # fmt: skip
_INVISIBLE = {"Mn", "Me", "Cf"}
_BLANK = {"Cc", "Cs", "Zs", "Co", "Cn"}


class _Folds(dict[str, str]):
    """What each character folds to, worked out once per character ever seen."""

    def __missing__(self, char: str) -> str:
        folded = "".join(_fold_one(part) for part in (_LETTERS.get(char) or _parts(char)))
        if char in _LETTERS and not _LETTERS[char]:
            folded = ""
        self[char] = folded
        return folded


def _parts(char: str) -> str:
    composed = unicodedata.normalize("NFKC", char)
    if composed in _LETTERS:
        return _LETTERS[composed]
    decomposed = unicodedata.normalize("NFKD", char).lower()
    return "".join(_LETTERS.get(part, part) for part in decomposed)


def _fold_one(char: str) -> str:
    if char in " \n":
        return char
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(char)
    if category in _INVISIBLE:
        return ""
    return " " if category in _BLANK else char


_FOLDS = _Folds()


def fold(text: str) -> str:
    """Return the folded form of a word or phrase.

    >>> fold("مطابخُ الألوميتــال ٤٫٥ م²")
    'مطابخ الالوميتال 4.5 م2'
    """
    return "".join([_FOLDS[char] for char in text])


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and, for each of its characters, the index it came from."""

    original: str
    text: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original offsets of the folded slice `start:end` (not empty).

        Letters and marks that folding drops stay with the word they end: دعاء.
        """
        last = self.origin[end - 1] + 1
        limit = self.origin[end] if end < len(self.origin) else len(self.original)
        while last < limit and unicodedata.category(self.original[last])[0] in "LM":
            last += 1
        return self.origin[start], last

    def raw(self, start: int, end: int) -> str:
        """Return what was written where the folded slice `start:end` stands."""
        first, last = self.span(start, end)
        return self.original[first:last]


def fold_with_origin(text: str) -> Folded:
    """Fold `text`, keeping the way back to it."""
    chars: list[str] = []
    origin: list[int] = []
    for index, char in enumerate(text):
        folded = _FOLDS[char]
        chars.append(folded)
        origin.extend([index] * len(folded))
    return Folded(text, "".join(chars), tuple(origin))

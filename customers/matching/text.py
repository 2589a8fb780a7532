"""Writing of names: one plain form for every way the same letters can be typed."""

import re
import unicodedata
from pathlib import Path

DATA = Path(__file__).parent / "data"
MAX_LENGTH = 240  # characters of a name that are looked at; longer input is cut

_AYN_MARKS = str.maketrans("ʿʾ’‘`´ʼ′ʻ", "'''''''''")
_LETTERS = str.maketrans(
    {"ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ک": "ك", "ڪ": "ك", "گ": "ك", "ڤ": "ف", "پ": "ب",
     "چ": "ج", "ة": "ه", "ۃ": "ه", "ہ": "ه", "ھ": "ه", "ء": "", "ـ": "", "ø": "o", "ł": "l",
     "ı": "i", "æ": "ae", "œ": "oe"}
)  # fmt: skip
_HAMZA_MATTERS = re.compile(r"\bعلاء\b")  # the man Alaa; without its hamza the woman Ola
_DIGITS = {ord(c): str(i % 10) for i, c in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}
ARABIC = re.compile("[\u0621-\u064a]")
LATIN = re.compile("[a-z]")
_DROPPED = {"Mn", "Cf", "Cc", "Cs", "Co", "Cn", "So", "Sk"}


def plain(text: str) -> str:
    """Lower case, no marks, no invisible characters, one shape per Arabic letter.

    NFKD parts hamza from its seat, so أ إ آ ا, ؤ و and ئ ي become one letter each; presentation
    forms and ligatures become letters. Any string is safe.
    """
    if text.isascii():
        return " ".join(text[:MAX_LENGTH].casefold().replace("\0", " ").split())
    text = text[:MAX_LENGTH].translate(_AYN_MARKS).translate(_DIGITS)
    parts = _HAMZA_MATTERS.sub("علاا", unicodedata.normalize("NFKD", text))
    kept = "".join(
        c if c in "\n\t" else "" if unicodedata.category(c) in _DROPPED else c for c in parts
    )
    return " ".join(kept.casefold().translate(_LETTERS).split())


def is_arabic(word: str) -> bool:
    """Whether the word holds an Arabic letter."""
    return ARABIC.search(word) is not None


def data_lines(name: str) -> list[str]:
    """The lines of a data file without comments and blank lines."""
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def data_words(name: str) -> frozenset[str]:
    """Every word of a data file, plain."""
    return frozenset(word for line in data_lines(name) for word in plain(line).split())

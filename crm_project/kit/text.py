"""Text as people type it: a search form that finds it again, and cleaning before it is stored.

The tables come from sql/normalise_v1.sql, which defines the same search form for PostgreSQL.
"""

import re
import unicodedata
from bisect import bisect_right
from pathlib import Path

SQL_SOURCE = (Path(__file__).parent / "sql" / "normalise_v1.sql").read_text(encoding="utf-8")

_SURROGATES = re.compile("[\ud800-\udfff]")
_NOT_STORED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
_DIGIT = re.compile(r"[^\W\D0-9]")  # decimal digits of any script but ASCII's
_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")
_WORD = re.compile(r"[^\W\d_]+")
_GENERIC = {
    "شركه",
    "مؤسسه",
    "موسسه",
    "مجموعه",
    "company",
}  # say nothing about who it is
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def _table(name: str) -> str:
    """The literal that sql/normalise_v1.sql labels with this name, its lines joined."""
    literals = re.search(rf"/\*{name}\*/\n((?:'[^']*'\s*)+)", SQL_SOURCE)
    if literals is None:
        raise ValueError(f"normalise_v1.sql has no table {name!r}")
    return "".join(re.findall("'([^']*)'", literals[1]))


def _ranges(character_class: str) -> tuple[list[int], list[int]]:
    r"""First and last code points of a class like [\u0300-\u036F\u0640]."""
    code = r"\\[uU]([0-9A-F]{8}|[0-9A-F]{4})"
    pairs = re.findall(f"{code}(?:-{code})?", character_class)
    firsts = [int(first, 16) for first, _ in pairs]
    lasts = [int(last or first, 16) for first, last in pairs]
    return firsts, lasts


class _CodePoints(dict[int, int | None]):
    """What str.translate() does to each code point: a replacement, itself, or None to drop it."""

    def __init__(self, replaced: dict[int, int | None]) -> None:
        super().__init__(replaced)
        self._firsts, self._lasts = _ranges(_table("dropped"))

    def __missing__(self, code: int) -> int | None:
        place = bisect_right(self._firsts, code) - 1
        is_dropped = code == 0 or 0xD800 <= code <= 0xDFFF  # PostgreSQL can't hold these
        is_dropped = is_dropped or (place >= 0 and code <= self._lasts[place])
        answer = None if is_dropped else code
        if code <= 0xFFFF:  # remembered, with a bound on the memory
            self[code] = answer
        return answer


def _folding() -> dict[int, int | None]:
    upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + _table("upper") + _table("letters_from")
    lower = "abcdefghijklmnopqrstuvwxyz" + _table("lower") + _table("letters_to")
    return {ord(one): ord(other) for one, other in zip(upper, lower, strict=True)}


_KEPT = _CodePoints({})
_FOLDED = _CodePoints(_folding())


def normalise(text: str) -> str:
    """The search form of a text: equal for all the ways people write the same words.

    Compatibility forms are decomposed (NFKD), letters lowered, marks, tatweel and invisible
    characters dropped, white space collapsed. Hamza falls off its carrier (أإآ to ا, ؤ to و,
    ئ to ي; a free ء stays), ى becomes ي, ة becomes ه, Persian and other letters that an Arabic
    keyboard lacks become what people type instead (ک گ to ك, پ to ب, چ to ج, ڤ to ف), and
    Arabic-Indic and Persian digits become 0-9. Idempotent, and any str is accepted.
    The SQL function crm_normalise_v1() returns the same for every text PostgreSQL can hold.

    >>> normalise("  أَحْمَـــد   Éric ٠١٢")
    'احمد eric 012'
    """
    if text.isascii():
        return " ".join(text.translate(_FOLDED).split())
    # Marks go first: ordering a long run of them is quadratic.
    decomposed = unicodedata.normalize("NFKD", text.translate(_KEPT))
    return " ".join(decomposed.translate(_FOLDED).split())


def strip_controls(text: str) -> str:
    r"""The text without what must not be stored: NUL and other controls (not \n and \t), lone
    surrogates, and the marks that reorder a line. Line ends become \n."""
    return _NOT_STORED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def ascii_digits(text: str) -> str:
    """The text with the decimal digits of every script as 0-9; nothing else changes."""
    return _DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)


def whole_number(text: str, *, digits: int = 18) -> int | None:
    """The number that a text of at most so many ASCII digits is, e.g. an id of an address.

    >>> whole_number("42"), whole_number("-1"), whole_number("٤٢"), whole_number("")
    (42, None, None, None)
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def isolate(value: object) -> str:
    """A value for the middle of plain text, kept from reordering its neighbours (UAX #9).

    For gettext arguments, aria labels, push messages and CSV; in HTML use <bdi> instead.
    The result is FIRST STRONG ISOLATE, the value without bidi marks, POP DIRECTIONAL ISOLATE.
    """
    return f"{_FIRST_STRONG_ISOLATE}{strip_controls(str(value))}{_POP_ISOLATE}"


def initials(name: str) -> str:
    """What an avatar shows: one Arabic letter (two would join) or two Latin ones, else "".

    A generic first word such as شركة is passed over.

    >>> initials("شركة أفق"), initials("noura alotaibi")
    ('أ', 'NA')
    """
    words = _WORD.findall(unicodedata.normalize("NFC", name[:200]))
    if len(words) > 1 and normalise(words[0]) in _GENERIC:
        words = words[1:]
    if not words:
        return ""
    if _ARABIC.match(words[0]):
        return str(words[0][0])
    return "".join(word[0] for word in words[:2] if not _ARABIC.match(word)).upper()

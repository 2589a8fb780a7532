"""Cells that no spreadsheet program takes for a formula (SECURITY.md IN-6)."""

import re
import unicodedata

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_PLAIN = re.compile(r"[\w\"#(]")  # beginnings that hide nothing; most cells have one


def harmless(value: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula.

    Leading blanks, controls, zero-width characters and full-width forms hide nothing.

    >>> harmless("＝1+1"), harmless("0551")
    ("'＝1+1", '0551')
    """
    if _PLAIN.match(value):
        return value
    bare = value.lstrip()
    while (
        bare
        and unicodedata.category(bare[0]) in {"Cc", "Cf", "Zs", "Mn"}
        and bare[0] not in _FORMULA
    ):
        bare = bare[1:].lstrip()
    first = unicodedata.normalize("NFKC", bare[:1])
    is_formula = first.startswith(_FORMULA) or value.startswith(_FORMULA)
    return f"'{value}" if is_formula else value


def unguarded(text: str) -> str:
    """Return the text without the mark that `harmless` put before it, so exports come back as were.

    >>> unguarded("'+966551234567"), unguarded("'tis")
    ('+966551234567', "'tis")
    """
    return text[1:] if text.startswith("'") and harmless(text[1:]) == text else text

"""Words of a folded text, and the forms under which a word may be looked up.

Arabic glues conjunctions, prepositions and the article to a word's front and pronouns to its
end; Latin-letter Arabic (Arabizi) has as many spellings as writers. `forms` undoes both.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(
    r"(?:[0-9]{2,}|[0-9](?=(?:k|mm?|cm|m2|km|kgs?|sqm|pcs?|nos|hp|tons?|kw|x|mtr|ft)(?![a-z])))"
    r"(?=[a-z])(?!(?:th|st|nd|rd)\b)|[0-9]*[a-z](?:[a-z0-9]|'(?=[a-z0-9]))*|"
    r"[0-9]+(?:[.,،][0-9]+)*|[\u0621-\u06ff]+|[^\W\d_]+"
)
_REPEATED = re.compile(r"(.)\1{2,}")
_FRONT = (
    ("وبال", 2), ("ولل", 2), ("وهال", 2), ("وال", 1), ("بال", 1), ("فال", 1), ("كال", 1),
    ("هال", 1), ("عال", 1), ("شال", 1), ("لل", 1), ("ال", 0), ("ول", 2), ("وب", 2), ("وه", 2),
    ("و", 1), ("ب", 1), ("ل", 1), ("ف", 1), ("ك", 1), ("ه", 1), ("ع", 1), ("ش", 1),
)  # fmt: skip
_BACK = (
    "اتهم", "اتكم", "اتكو", "اتنا", "اتها", "اتي", "هما", "كم", "كن", "كو", "نا", "ها", "هم", "تي",
    "تك", "ته", "تنا", "تها", "ات", "ين", "ون", "ه", "ي", "ك", "ا",
)  # fmt: skip
_LATIN_FRONT = ("wel", "bel", "bil", "fel", "fil", "lel", "lil", "wal", "el", "al", "il")
_SOUNDS = (
    ("7'", "x"), ("3'", "g"), ("9'", "d"), ("6'", "z"), ("ch", "$"), ("sh", "$"), ("kh", "x"),
    ("gh", "g"), ("th", "t"), ("dh", "d"), ("ph", "f"), ("ck", "k"), ("ou", "w"), ("oo", "w"),
    ("ee", "y"), ("5", "x"), ("7", "h"), ("8", "g"), ("6", "t"), ("9", "s"), ("4", ""), ("3", "c"),
    ("2", ""), ("q", "k"), ("j", "g"), ("p", "b"), ("v", "f"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A word (or a number) of the folded text with its place in it."""

    text: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        return self.text[0].isdigit() and not any(char.isalpha() for char in self.text)

    @property
    def is_arabic(self) -> bool:
        return "\u0621" <= self.text[0] <= "\u06ff"

    @property
    def is_latin(self) -> bool:
        return self.text.isascii() and not self.is_number


@dataclass(frozen=True, slots=True)
class Form:
    """One reading of a word: `key` to look up, `cut` leading letters that are not its own."""

    key: str
    cut: int = 0
    is_stripped: bool = False  # a proclitic was taken off
    is_inflected: bool = False  # an ending was taken off


def split_words(text: str) -> tuple[Word, ...]:
    """Split a folded text into words and numbers, in order."""
    return tuple(
        Word(_REPEATED.sub(r"\1", m[0]) if not m[0][0].isdigit() else m[0], m.start(), m.end())
        for m in _WORD.finditer(text)
    )


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """Return the consonant skeleton that the spellings of one Arabizi word share.

    >>> sound("matabe5") == sound("matbakh") == sound("matba5")
    True
    """
    for spelling, letter in _SOUNDS:
        if spelling in word:
            word = word.replace(spelling, letter)
    word = re.sub(r"([^aeiou])\1+", r"\1", word)
    return "~" + re.sub(r"(?<=.)[aeiou']|^[aeiou'](?=.)", "", word)


def _arabic_forms(word: str) -> Iterator[Form]:
    yield Form(word)
    yield from _endings(word, 0, False)
    for front, cut in _FRONT:
        if word.startswith(front) and len(word) - len(front) >= 2:
            rest = word[len(front) :]
            yield Form(rest, cut, is_stripped=True)
            if front == "لل":
                yield Form("ال" + rest, cut, is_stripped=True)
            yield from _endings(rest, cut, True)


def _endings(word: str, cut: int, is_stripped: bool) -> Iterator[Form]:
    for back in _BACK:
        if word.endswith(back) and len(word) - len(back) >= 3:
            stem = word[: -len(back)]
            yield Form(stem, cut, is_stripped, is_inflected=True)
            if back[0] in "تي" and back != "ين":  # غرفتي → غرفه
                yield Form(stem + "ه", cut, is_stripped, is_inflected=True)


def _latin_forms(word: str) -> Iterator[Form]:
    yield Form(word)
    if len(word) > 3 and word.endswith("s"):
        yield Form(word[:-1], is_inflected=True)
        if word.endswith("es"):
            yield Form(word[:-2], is_inflected=True)
        if word.endswith("ies"):
            yield Form(word[:-3] + "y", is_inflected=True)
    for front in _LATIN_FRONT:
        if word.startswith(front) and len(word) - len(front) >= 4:
            yield Form(word[len(front) :], len(front), is_stripped=True)


@lru_cache(maxsize=50_000)
def forms(word: str) -> tuple[Form, ...]:
    """Return the forms under which `word` may be looked up, the written one first."""
    found = _arabic_forms(word) if "\u0621" <= word[0] <= "\u06ff" else _latin_forms(word)
    unique: dict[str, Form] = {}
    for form in found:
        unique.setdefault(form.key, form)
    return tuple(unique.values())


@lru_cache(maxsize=50_000)
def sound_forms(word: str) -> tuple[Form, ...]:
    """Return the forms of an Arabizi word: its written forms and their skeletons."""
    plain = forms(word)
    if not word.isascii() or word.isdigit() or len(word) < 3:
        return plain
    skeletons = {sound(form.key): form for form in reversed(plain) if not form.is_inflected}
    return plain + tuple(
        Form(key, form.cut, form.is_stripped) for key, form in skeletons.items() if len(key) > 2
    )

"""Which language a message is written in: ar, en, arabizi, mixed or other."""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from .folding import Folded
from .lexicon import read_rows
from .words import Word

_TABLE = Path(__file__).parent / "data" / "languages.tsv"
_NOT_PROSE = re.compile(  # bounded: a run of 20,000 letters would be tried from each of them
    r"[^\s@]{0,64}@\S+|(?:https?://|www\.)\S+|\b[\w-]{1,63}(?:\.[\w-]{1,63})+\b(?:/\S*)?"
)
_DIGIT_LETTER = re.compile(r"[a-z][23578][a-z]|^[3752][a-z]{2}|[a-z]{2}[3725]$")
_CODE = re.compile(r"\d+(?:x\d+)*[a-z]{0,4}|[a-z]{1,4}-?\d[\w-]*|[a-z]")
_NOT_ARABIC = re.compile(
    r"[ٹڈڑںہھےۓ]|\b(?:است|میں|ہے|برای|لطفا|سلام علیکم میں|شما|هستم|ميخواهم|می‌خواهم|قیمت|میخوام)\b"
)
_FOREIGN = ("fr", "es", "tr", "de", "it", "pt", "nl", "id")
_GREETINGS = {"السلام", "عليكم", "سلام", "ورحمه", "الله", "وبركاته", "مرحبا", "شكرا", "اهلا", "هلا"}


@lru_cache(maxsize=1)
def _weights() -> dict[str, tuple[tuple[str, int], ...]]:
    words: dict[str, dict[str, int]] = {}
    for language, weight, terms in read_rows(_TABLE):
        for term in terms.split("|"):
            words.setdefault(term, {})[language] = int(weight)
    return {word: tuple(weights.items()) for word, weights in words.items()}


@lru_cache(maxsize=4)
def everyday_words(*languages: str) -> frozenset[str]:
    """Return the listed words of languages: nothing else should be read into their sound."""
    return frozenset(
        word
        for word, weights in _weights().items()
        if any(code in languages for code, _ in weights)
    )


def _spans(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _NOT_PROSE.finditer(text)]


def _prose(folded: Folded, words: Sequence[Word]) -> tuple[list[Word], list[Word]]:
    """Return the Arabic-script and the Latin words that are neither addresses, codes nor names."""
    skipped = _spans(folded.text)
    arabic, latin = [], []
    for word in words:
        if any(start <= word.start < end for start, end in skipped):
            continue
        if word.is_arabic:
            arabic.append(word)
        elif word.is_latin and not _is_code(folded, word):
            latin.append(word)
    return arabic, latin


def _is_code(folded: Folded, word: Word) -> bool:
    if any(code == "az" for code, _ in _weights().get(word.text, ())):
        return False  # "3ayz" is no "3 ayz"
    raw = folded.raw(word.start, word.end)
    is_acronym = len(raw) <= 4 and raw.isupper() and raw not in {"HI", "ASAP", "NEED", "PLS"}
    is_acronym = is_acronym and not folded.original.isupper()  # all capitals: words, not codes
    is_single = len(word.text) == 1 and word.text not in {"i", "u"}
    return is_acronym or is_single or (bool(_CODE.fullmatch(word.text)) and word.text[-1:] != "3")


def _scores(latin: Sequence[Word]) -> dict[str, int]:
    scores: dict[str, int] = {}
    for word in latin:
        for language, weight in _weights().get(word.text, ()):
            scores[language] = scores.get(language, 0) + weight
        if _DIGIT_LETTER.search(word.text) and word.text not in _weights():
            scores["arabizi"] = scores.get("arabizi", 0) + 3
    scores["arabizi"] = scores.get("arabizi", 0) + scores.pop("az", 0)
    return scores


def detect_language(folded: Folded, words: Sequence[Word]) -> tuple[str, float]:
    """Return the language code and a confidence in 0..1."""
    arabic, latin = _prose(folded, words)
    others = [word for word in words if not word.is_number and not word.is_latin]
    others = [word for word in others if not word.is_arabic and word.text.isalpha()]
    if len(others) > len(arabic) + len(latin):
        return "other", 0.95
    if arabic and _NOT_ARABIC.search(folded.original):
        return "other", 0.9
    if arabic and latin:
        return _with_both(folded, arabic, latin)
    if arabic:
        return "ar", 0.99
    return _latin_only(latin) if latin else _no_prose(words)


def _no_prose(words: Sequence[Word]) -> tuple[str, float]:
    if any(word.is_arabic for word in words):
        return "ar", 0.8
    return ("en", 0.6) if any(word.is_latin and len(word.text) > 1 for word in words) else (
        "other", 0.6,
    )  # fmt: skip


def _with_both(folded: Folded, arabic: Sequence[Word], latin: Sequence[Word]) -> tuple[str, float]:
    scores = _scores(latin)
    known = _weights()
    ordinary = [
        word
        for word in latin
        if word.text in known or (folded.raw(word.start, word.end).islower() and len(word.text) > 3)
    ]
    content = [word for word in arabic if word.text not in _GREETINGS and len(word.text) > 1]
    if not content:
        return _latin_only(latin) if ordinary else ("ar", 0.9)
    if len(ordinary) >= 2 or (ordinary and len(content) <= 2):
        few_arabic = len(content) == 1 and len(ordinary) >= 6
        return ("en", 0.7) if few_arabic and scores.get("en", 0) > 8 else ("mixed", 0.9)
    return "ar", 0.95 if not ordinary else 0.8


def _latin_only(latin: Sequence[Word]) -> tuple[str, float]:
    scores = _scores(latin)
    english, arabizi = scores.get("en", 0), scores["arabizi"]
    foreign = max((scores.get(code, 0), code) for code in _FOREIGN)
    best = max(english, arabizi, foreign[0])
    if best == 0:
        return ("other", 0.5) if len(latin) >= 4 else ("en", 0.5)
    if foreign[0] == best and best > english and best > arabizi and best >= 4:
        return "other", 0.95
    if arabizi and english >= 8 and arabizi >= 9 and 0.4 < english / arabizi < 2.5:
        return "mixed", 0.7
    if arabizi > english or (arabizi >= 9 and arabizi * 2 >= english):
        return "arabizi", 0.95
    return ("en", 0.97) if english >= foreign[0] else ("other", 0.6)

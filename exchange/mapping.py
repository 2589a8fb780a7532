"""Which column goes to which field: remembered, or guessed from its name and its values."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import override

from crm_project.kit.text import normalise

from .models import SavedMapping
from .readers import Reading
from .resource import Field

SURE, LIKELY = 0.85, 0.65
_PHONE = re.compile(r"^[+(]?[\d\s().\-٠-٩]{7,20}$")
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_DATE = re.compile(r"^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}")
_NAME = re.compile(r"^[^\d@]{2,80}$")
_SURE_LOOKS = ("phone", "email", "date")
_BY_LOOKS = {"phone": 0.75, "email": 0.8, "name": 0.65}  # of columns without a heading
_OTHER_THINGS = {  # words of columns that sound like a field and aren't it
    *("fax", "pager", "فاكس", "ناسوخ", "type", "yomi", "phonetic", "prefix", "suffix", "url"),
    *("photo", "image", "nickname", "maiden"),
}


@dataclass(frozen=True, kw_only=True)
class Guess:
    """One column: the field proposed for it ("" leaves it out), how sure that is, and whence."""

    position: int
    column: str
    samples: tuple[str, ...]
    field: str = ""
    confidence: float = 0.0  # 0 to 1
    is_remembered: bool = False

    @property
    def percent(self) -> int:
        """The confidence in percent."""
        return round(self.confidence * 100)

    @property
    def wants_review(self) -> bool:
        """True when a person should look: proposed, but not surely."""
        return bool(self.field) and self.confidence < SURE


def header_hash(columns: Sequence[str]) -> str:
    """Return what names of columns are remembered under; their order doesn't matter."""
    names = "\n".join(sorted(normalise(column) for column in columns))
    return hashlib.sha256(names.encode()).hexdigest()


def guess_mapping(
    reading: Reading, fields: Sequence[Field], saved: SavedMapping | None
) -> list[Guess]:
    """Return a proposal for every column. A field takes one column, unless it takes many."""
    remembered: dict[str, str] = saved.fields if saved else {}
    codes = {field.code for field in fields}
    names = [(field, _names_of(field)) for field in fields]
    scored = []
    for position, column in enumerate(reading.columns):
        samples = reading.samples[position] if position < len(reading.samples) else ()
        known = remembered.get(normalise(column))
        if known is not None and (known in codes or known == ""):
            scored.append((1.0, position, column, samples, known, True))
            continue
        score, code = max(
            (_score(column, samples, field, known), field.code) for field, known in names
        )
        scored.append((score, position, column, samples, code if score >= LIKELY else "", False))
    return _without_rivals(scored, {field.code for field in fields if field.is_many})


def _without_rivals(scored: list[Any], many: set[str]) -> list[Guess]:
    taken: set[str] = set()
    guesses = []
    for score, position, column, samples, code, is_remembered in sorted(
        scored, key=lambda one: (-one[0], one[1])
    ):
        is_free = code not in taken or code in many
        taken.add(code)
        guesses.append(
            Guess(
                position=position,
                column=column,
                samples=samples,
                field=code if code and is_free else "",
                confidence=score if code and is_free else 0.0,
                is_remembered=is_remembered,
            )
        )
    return sorted(guesses, key=lambda guess: guess.position)


def _names_of(field: Field) -> frozenset[str]:
    """What a column for the field may be called, in every language of ours."""
    labels = []
    for language, _name in settings.LANGUAGES:
        with override(language):
            labels.append(str(field.label))
    return frozenset(map(_plain, (field.code, *labels, *field.synonyms)))


def _score(column: str, samples: Sequence[str], field: Field, known: frozenset[str]) -> float:
    name = _plain(column)
    if name in known:
        return 0.99
    if without_number(name) in known:
        return 0.97
    looks = _look_alike(samples, field.looks)
    if column.startswith("#"):
        return _BY_LOOKS.get(field.looks, 0.0) if looks else 0.0
    words = set(without_number(name).split())
    if words & _OTHER_THINGS:
        return 0.0
    best = max((_overlap(words, set(word.split())) for word in known), default=0.0)
    if field.looks in _SURE_LOOKS and samples:
        if looks:
            return min(0.95, 0.7 + 0.3 * best) if best else 0.0
        best *= 0.5
    return 0.9 * best


def without_number(name: str) -> str:
    """Return a plain column name without its count: "phone 2 value" is another "phone value"."""
    return " ".join(word for word in name.split() if not word.isdigit())


def _overlap(mine: set[str], theirs: set[str]) -> float:
    both = len(mine & theirs)
    return both / max(len(mine), len(theirs)) if both else 0.0


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", normalise(text)).split())


def _look_alike(samples: Sequence[str], looks: str) -> bool:
    tests = {"phone": _PHONE, "email": _EMAIL, "date": _DATE, "name": _NAME}
    if not samples or looks not in tests:
        return False
    parts = [part.strip() for sample in samples for part in re.split(r"[;,/|]| ::: ", sample)]
    parts = [part for part in parts if part]
    return bool(parts) and sum(bool(tests[looks].match(part)) for part in parts) * 2 > len(parts)

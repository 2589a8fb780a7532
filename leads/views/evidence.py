"""A message with what was read from it underlined, by confidence. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

from django.utils.translation import gettext as _

from crm_project.kit.text import isolate
from leads.words import FIELDS

SURE, FAIR = 0.85, 0.6  # confidence from which a value is solid, and from which it needs a look
LONGEST = 12_000  # characters shown of one message
_BIDI = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")


class Evidence(Protocol):
    """An extracted field, as far as marking needs it."""

    name: str
    confidence: float
    state: str
    extractor: str
    start: int | None
    end: int | None


@dataclass(frozen=True)
class Segment:
    """A piece of the message; `css` is empty where nothing was read from it."""

    text: str
    css: str = ""
    tip: str = ""


def certainty(field: Any) -> float:
    """Return how sure the value is: a person's word is certain."""
    return 1.0 if field.state != "suggested" else float(field.confidence)


def mark_class(confidence: float) -> str:
    """Return the underline of a confidence (0 to 1)."""
    if confidence >= SURE:
        return "ex"
    return "ex mid" if confidence >= FAIR else "ex low"


def segments(text: str, fields: Iterable[Any]) -> list[Segment]:
    """Cut the text at the borders of the evidence; where spans overlap, the narrowest one marks.

    Offsets outside the text are ignored. Direction marks are taken out of what is shown, so that a
    sender cannot turn around what stands beside it.
    """
    shown = text[:LONGEST]
    spans = [field for field in fields if _fits(field, len(shown))]
    borders = sorted(
        {0, len(shown), *(place for span in spans for place in (span.start, span.end))}
    )
    return [
        _segment(shown[start:end], [span for span in spans if span.start <= start < span.end])
        for start, end in pairwise(borders)
    ]


def _fits(field: Evidence, length: int) -> bool:
    if field.start is None or field.end is None:
        return False
    return 0 <= field.start < field.end <= length


def _segment(text: str, covering: Sequence[Any]) -> Segment:
    clean = _BIDI.sub("", text)
    if not covering or not clean.strip():
        return Segment(clean)
    narrow = sorted(covering, key=lambda field: (field.end - field.start, -certainty(field)))
    return Segment(clean, mark_class(certainty(narrow[0])), " · ".join(map(_tip, narrow)))


def _tip(field: Evidence) -> str:
    label = FIELDS.get(field.name, field.name)
    if field.state != "suggested":
        return _("%(field)s, confirmed by a person") % {"field": label}
    percent = isolate(f"{round(field.confidence * 100)}%")
    told = _("%(field)s, %(percent)s sure") % {"field": label, "percent": percent}
    if field.confidence < FAIR:
        told = f"{told}. " + _("Confirm it with the customer.")
    return told

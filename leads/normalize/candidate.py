"""One value that an extractor believes a message holds, and where it was read."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Candidate:
    """A field's possible value with its evidence.

    `confidence` lies in 0..1. `start` and `end` are character offsets into the original text, so
    `text[start:end] == raw`; both are None where the value was not read from the text itself.
    """

    field: str
    value: Any
    raw: str
    confidence: float
    start: int | None
    end: int | None
    extractor: str
    version: str

"""The company's own fields as lists need them: read by each process every two seconds at most.

Lists and filters look them up on every key press of a search. Forms and services read the rows
themselves.
"""

import time
from dataclasses import dataclass

from .models import CustomField

KEPT_SECONDS = 2.0


@dataclass(frozen=True)
class _Kept:
    fields: tuple[CustomField, ...] = ()
    until: float = 0.0


_kept = _Kept()


def known_fields() -> tuple[CustomField, ...]:
    """Return the fields in use, in their order; at most two seconds old."""
    global _kept
    if _kept.until < time.monotonic():
        fields = tuple(CustomField.objects.filter(is_active=True))
        _kept = _Kept(fields, time.monotonic() + KEPT_SECONDS)
    return _kept.fields


def forget_fields() -> None:
    """Read them anew next time, in this process."""
    global _kept
    _kept = _Kept()

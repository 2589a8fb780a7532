"""Reading and writing what recurring checks noted."""

from typing import Any

from django.utils import timezone

from .models import Mark

CHAIN, CERTIFICATE, RAW_BODIES = "activity_chain", "certificate", "raw_bodies"


def read_mark(name: str) -> dict[str, Any]:
    """Return what was noted under the name, empty for nothing."""
    value: dict[str, Any] = (
        Mark.objects.filter(pk=name).values_list("value", flat=True).first() or {}
    )
    return value


def write_mark(name: str, value: dict[str, Any]) -> None:
    """Note it, in place of what was there."""
    Mark.objects.update_or_create(pk=name, defaults={"value": value, "at": timezone.now()})

"""Counts beside the navigation."""

from typing import Any

from .models import Signal


def failed_signals(user: Any) -> int:
    """Signals that wait for a person, at most 99 counted."""
    return Signal.objects.visible_to(user).filter(status=Signal.Status.FAILED)[:99].count()

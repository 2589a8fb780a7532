"""Counts beside the navigation."""

from typing import Any

from .models import Signal


def failed_signals(user: Any) -> Any:
    """Signals that wait for a person."""
    return Signal.objects.visible_to(user).filter(status=Signal.Status.FAILED)

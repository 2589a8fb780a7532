"""Counts beside the navigation."""

from typing import Any

from .models import Alert


def open_alerts(user: Any) -> Any:
    """Alerts whose condition holds still."""
    return Alert.objects.visible_to(user).filter(announced_at__isnull=False, resolved_at=None)

"""Counts beside the navigation."""

from typing import Any

from .models import Inspection


def unscheduled_inspections(user: Any) -> Any:
    """Inspections that wait for a time."""
    return Inspection.objects.visible_to(user).unscheduled()

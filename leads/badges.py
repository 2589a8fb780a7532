"""Counts beside the navigation."""

from typing import Any

from .models import Lead


def waiting_leads(user: Any) -> Any:
    """Leads that wait for acceptance."""
    return Lead.objects.visible_to(user).waiting()

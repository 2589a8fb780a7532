"""Counts beside the navigation."""

from typing import Any

from .models import Lead


def waiting_leads(user: Any) -> int:
    """Leads that wait for acceptance, at most 99 counted."""
    return Lead.objects.visible_to(user).waiting()[:99].count()

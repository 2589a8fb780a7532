"""Inspections in the command palette."""

from typing import Any

from django.utils.translation import gettext as _

from crm_project.kit.hits import Hit
from crm_project.kit.search import search_q

from . import permissions
from .models import Inspection

MOST = 6


def find_inspections(user: Any, query: str) -> list[Hit]:
    """Return the newest inspections that hold every word, within the reader's reach."""
    if not query.strip() or not user.has_perm(permissions.VIEW):
        return []
    rows = Inspection.objects.visible_to(user).filter(search_q("search", query))
    newest = rows.select_related("customer").order_by("-created_at", "-pk")[:MOST]
    return [_hit(inspection) for inspection in newest]


def _hit(inspection: Inspection) -> Hit:
    parts = (f"\u2066{inspection.number}\u2069", str(inspection.get_status_display()))
    return Hit(
        label=inspection.customer.name,
        sublabel=" · ".join(parts),
        url=inspection.get_absolute_url(),
        icon="clipboard-check",
        group=_("Inspections"),
    )

"""Leads in the command palette."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm_project.kit.hits import Hit
from crm_project.kit.search import search_q
from leads import permissions
from leads.models import Lead

MOST = 6


def find_leads(user: Any, query: str) -> list[Hit]:
    """Return the newest leads that hold every word of the query, within the reader's reach."""
    if not query.strip() or not user.has_perm(permissions.VIEW):
        return []
    rows = Lead.objects.visible_to(user).filter(search_q("search", query))
    newest = rows.for_list().order_by("-received_at", "-pk")[:MOST]
    return [_hit(lead) for lead in newest]


def _hit(lead: Lead) -> Hit:
    owner = lead.owner.shown_name if lead.owner else _("unassigned")
    return Hit(
        label=str(lead),
        sublabel=" · ".join([lead.code, str(lead.get_status_display()), owner]),
        url=lead.get_absolute_url(),
        icon="target-arrow",
        group=gettext_lazy("Leads"),
    )

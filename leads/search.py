"""Leads in the command palette."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm_project.kit.hits import Hit
from leads import permissions
from leads.finding import find
from leads.models import Lead
from leads.titles import title_of

MOST = 6


def find_leads(user: Any, query: str) -> list[Hit]:
    """Return the newest leads that hold every word of the query, within the reader's reach."""
    if not query.strip() or not user.has_perm(permissions.VIEW):
        return []
    rows: Any = find(Lead.objects.visible_to(user), query, user=user)
    newest = rows.for_list().order_by("-received_at", "-pk")[:MOST]
    return [_hit(lead, user) for lead in newest]


def _hit(lead: Lead, user: Any) -> Hit:
    owner = lead.owner.shown_name if lead.owner else _("unassigned")
    return Hit(
        label=title_of(lead, user),
        sublabel=" · ".join([lead.code, str(lead.get_status_display()), owner]),
        url=lead.get_absolute_url(),
        icon="target-arrow",
        group=gettext_lazy("Leads"),
    )

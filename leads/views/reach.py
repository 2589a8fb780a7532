"""Which lead a person may open or act on; others are not there."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import User
from crm_project.kit.text import whole_number
from customers.models import Customer
from leads.models import DuplicateSuggestion, Lead
from leads.titles import title_of

SHOWN_WITH = (
    "owner", "team", "branch", "customer", "conversation__channel", "conversation__branch",
    "conversation__customer",
)  # fmt: skip


def lead_for(user: Any, pk: int, permission: str | None = None) -> Lead:
    """Return the lead within the permission's scope (default: reading), with what it shows."""
    rows = Lead.objects.visible_to(user, permission).select_related(*SHOWN_WITH)
    return get_object_or_404(rows, pk=pk)


def at_version(lead: Lead, request: HttpRequest) -> Lead:
    """Let the lead stand at the version that the person saw, so that a later change is noticed."""
    seen = whole_number(request.POST.get("version", ""))
    if seen is not None:
        lead.version = seen
    return lead


def duplicates_of(lead: Lead, user: User) -> list[Any]:
    """Return the undecided suggestions; `is_shown` is False for those out of the reader's reach."""
    rows: list[Any] = list(
        lead.duplicates.filter(state=DuplicateSuggestion.State.OPEN).select_related(
            "customer", "other_lead__owner"
        )
    )
    customers = {row.customer_id for row in rows if row.customer_id}
    leads = {row.other_lead_id for row in rows if row.other_lead_id}
    seen_customers = _reached(Customer.objects.visible_to(user), customers)
    seen_leads = _reached(Lead.objects.visible_to(user), leads)
    for row in rows:
        row.is_shown = row.customer_id in seen_customers or row.other_lead_id in seen_leads
        row.title = str(row.customer) if row.customer else title_of(row.other_lead, user)
    return rows


def _reached(rows: Any, wanted: set[int]) -> set[int]:
    return set(rows.filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()

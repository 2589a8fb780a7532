"""Which lead comes after the one that was just dealt with, in the list that the person looks at."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, QueryDict

from leads.filters import LeadFilter
from leads.models import Lead

from .reach import SHOWN_WITH

ORDERS = {"newest": ("-received_at", "-id"), "score": ("-score", "-id")}
DEFAULT_QUEUE = "awaiting"
LONGEST_QUERY = 2000  # characters of the list's address


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a lead stands in a filtered list: what the list's order said of it, and its address."""

    query: str
    column: str
    value: Any
    pk: int


def with_queue(query: QueryDict) -> QueryDict:
    """Return the list's choices as they are meant: without a queue it is the waiting ones."""
    chosen = query.copy()
    if "queue" not in chosen and "status" not in chosen:
        chosen["queue"] = DEFAULT_QUEUE
    return chosen


def place_of(lead: Lead, request: HttpRequest) -> Place | None:
    """Return where the lead stands before a step; None where the list does not show it.

    The list's choices come along as the field `list`, written as in its address.
    """
    if "list" not in request.POST:
        return None
    chosen = QueryDict(request.POST["list"][:LONGEST_QUERY], mutable=True)
    for passing in ("after", "shown"):
        chosen.pop(passing, None)
    query = chosen.urlencode()
    if not _rows(query, request).filter(pk=lead.pk).exists():
        return None
    column = ORDERS.get(chosen.get("order", ""), ORDERS["newest"])[0].lstrip("-")
    return Place(query=query, column=column, value=getattr(lead, column), pk=lead.pk)


def next_lead(place: Place, request: HttpRequest) -> Lead | None:
    """Return the lead below the place, at the end of the list the one above; None: it is empty."""
    rows = _rows(place.query, request).exclude(pk=place.pk).select_related(*SHOWN_WITH)
    names = (place.column, "pk")
    below = rows.filter(_beyond(place, "lt")).order_by(*(f"-{name}" for name in names)).first()
    return below or rows.filter(_beyond(place, "gt")).order_by(*names).first()


def _rows(query: str, request: HttpRequest) -> Any:
    seen = Lead.objects.visible_to(request.user)
    chosen = LeadFilter(with_queue(QueryDict(query)), seen, request=request)
    return chosen.qs if chosen.is_valid() else seen.none()


def _beyond(place: Place, side: str) -> Q:
    """(column, pk) beyond the place, spelt so that the index gives a range scan."""
    column, value = place.column, place.value
    return Q(**{f"{column}__{side}e": value}) & (
        Q(**{f"{column}__{side}": value}) | Q(**{column: value, f"pk__{side}": place.pk})
    )

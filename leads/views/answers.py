"""Answers of the leads pages: a step was done, with its undo and the lead that comes next."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from crm_project.kit.htmx import redirect_to, toast, trigger
from leads.models import Lead

from .inbox import dress
from .inbox_next import Place, next_lead
from .pane import pane_of
from .reach import SHOWN_WITH


def done(
    request: HttpRequest, lead: Lead, text: str, *, undo: str = "", place: Place | None = None
) -> HttpResponse:
    """Say what was done; the inbox gets the pane of the next lead in the same answer.

    Which lead opens is in the body and not told by an event: an event reaches nobody when the
    button that asked has been replaced meanwhile.
    """
    if not request.headers.get("HX-Request"):
        return redirect_to(request, lead.get_absolute_url())
    response = _next_pane(request, lead, place) if "list" in request.POST else _nothing()
    toast(response, text, undo=reverse("leads:undo", args=[undo]) if undo else None)
    events: dict[str, Any] = {"leads-stale": True, "close-dialog": True}
    return trigger(response, **events)


def _nothing() -> HttpResponse:
    return HttpResponse(status=204)


def _next_pane(request: HttpRequest, lead: Lead, place: Place | None) -> HttpResponse:
    """The next lead's pane; the same lead's, where the list beside it did not show it."""
    opened = next_lead(place, request) if place else _again(request, lead)
    query = f"?{place.query}" if place and place.query else ""
    if opened is None:
        response = render(request, "leads/partials/lead_pane_empty.html")
    else:
        context = pane_of(dress(opened, request.user), request.user)  # type: ignore[arg-type]
        context["list_query"] = query.lstrip("?")
        response = render(request, "leads/partials/lead_pane.html", context)
    if place:
        response["HX-Push-Url"] = (
            opened.get_absolute_url() if opened else reverse("leads:inbox")
        ) + query
    return response


def _again(request: HttpRequest, lead: Lead) -> Lead | None:
    rows = Lead.objects.visible_to(request.user).select_related(*SHOWN_WITH)
    return rows.filter(pk=lead.pk).first()


def stale(response: HttpResponse) -> HttpResponse:
    """Let the lists of this page fetch themselves again."""
    return trigger(response, **{"leads-stale": True})

"""Answers of the leads pages: a step was done, with its undo."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from crm_project.kit.htmx import redirect_to, toast, trigger
from leads.models import Lead


def done(request: HttpRequest, lead: Lead, text: str, *, undo: str = "") -> HttpResponse:
    """Say what was done and let the page go on to the next lead."""
    if not request.headers.get("HX-Request"):
        return redirect_to(request, lead.get_absolute_url())
    response = HttpResponse(status=204)
    url = reverse("leads:undo", args=[undo]) if undo else None
    toast(response, text, undo=url)
    events: dict[str, Any] = {"close-dialog": True, "lead-done": {"pk": lead.pk}}
    return trigger(response, **events)


def stale(response: HttpResponse) -> HttpResponse:
    """Let the lists of this page fetch themselves again."""
    return trigger(response, **{"leads-stale": True})

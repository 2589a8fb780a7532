"""A toast of an answer that leads to another page is shown on that page."""

import json
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse


class KeptToastMiddleware:
    """Keeps what browsers drop: they never hand a redirect's HX-Trigger to the page it leads to.

    Stands below MessageMiddleware, which stores what is kept; base.html shows it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "HX-Trigger" in response and _leads_away(response):
            events = json.loads(response["HX-Trigger"])
            del response["HX-Trigger"]
            _keep(request, events.pop("toast", None))
            if events:
                response["HX-Trigger"] = json.dumps(events)
        return response


def _leads_away(response: HttpResponse) -> bool:
    return "HX-Redirect" in response or "Location" in response


def _keep(request: HttpRequest, toast: dict[str, str] | None) -> None:
    if toast:
        level = messages.ERROR if toast.get("kind") == "bad" else messages.SUCCESS
        undo = toast.get("undo") or ""
        messages.add_message(request, level, toast["text"], extra_tags=undo, fail_silently=True)

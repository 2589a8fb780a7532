"""Small answers to HTMX: is this a partial, a toast, an event, a redirect."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.encoding import iri_to_uri


def wants_partial(request: HttpRequest) -> bool:
    """Return True for an HTMX swap; boosted visits and history restores want the whole page."""
    htmx = request.htmx  # type: ignore[attr-defined]
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def trigger(response: HttpResponse, **events: Any) -> HttpResponse:
    """Let the browser fire DOM events after the swap. Headers are Latin-1, so JSON in ASCII."""
    known = json.loads(response.headers.get("HX-Trigger", "{}"))
    response["HX-Trigger"] = json.dumps({**known, **events})
    return response


def toast(
    response: HttpResponse, text: str, *, kind: str = "ok", undo: str | None = None
) -> HttpResponse:
    """Show a toast, with an undo address where the action can be taken back."""
    return trigger(response, toast={"text": text, "kind": kind, "undo": undo or False})


def redirect_to(request: HttpRequest, url: str) -> HttpResponse:
    """Go to another page, from HTMX or from a plain form. What no header can hold is encoded."""
    url = iri_to_uri(url)
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return HttpResponse(status=302, headers={"Location": url})

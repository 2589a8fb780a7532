"""The board: one column per status, cards moved by dragging or by their menu."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.generic import TemplateView, View

from crm_project.kit.htmx import toast
from crm_project.kit.pages import read_page_or_first
from crm_project.kit.text import whole_number
from crm_project.kit.views import Declared
from leads import permissions
from leads.figures import board_figures
from leads.models import Lead
from leads.services.board import move_lead
from leads.services.undo import before, undo_token
from leads.words import STATUS_TONES

from .answers import stale
from .inbox import dress
from .reach import at_version, lead_for

ORDER = ("-received_at", "-id")
FIRST_CARDS = 7  # of each column in the page: a screenful, so that the page stays light (DESIGN §8)
MORE_CARDS = 20  # in each further page of a column
MOST_CARDS = 300  # that one live refresh of a column brings back
COLUMNS = (
    Lead.Status.NEW,
    Lead.Status.ACCEPTED,
    Lead.Status.QUALIFIED,
    Lead.Status.SNOOZED,
    Lead.Status.CONVERTED,
    Lead.Status.REJECTED,
)


class BoardView(Declared, TemplateView):
    """All columns, each with its first page."""

    permission_required = permissions.VIEW
    template_name = "leads/board.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        figures = board_figures(self.request.user)
        columns = [column(self.request, status, figures=figures) for status in COLUMNS]
        stages = [(status.value, status.label) for status in COLUMNS]
        return super().get_context_data(columns=columns, stages=stages, **kwargs)


class BoardColumnView(Declared, View):
    """One column again with as many cards as it showed, or its next page."""

    permission_required = permissions.VIEW

    def get(self, request: HttpRequest, status: str) -> HttpResponse:
        if status not in COLUMNS:
            raise Http404
        after = request.GET.get("after", "")
        figures = {} if after else board_figures(request.user, [status])
        size = MORE_CARDS if after else _shown(request)
        shown = column(request, Lead.Status(status), after=after, size=size, figures=figures)
        name = "board_cards" if after else "board_column"
        response = render(request, f"leads/partials/{name}.html", {"column": shown})
        patch_vary_headers(response, ["HX-Request"])
        return response


def _shown(request: HttpRequest) -> int:
    """How many cards the column shows that is fetched again; it was perhaps scrolled far down."""
    shown = whole_number(request.GET.get("shown", "")) or 0
    return min(max(shown, FIRST_CARDS), MOST_CARDS)


def column(
    request: HttpRequest,
    status: Lead.Status,
    *,
    figures: dict[str, Any],
    after: str = "",
    size: int = FIRST_CARDS,
) -> dict[str, Any]:
    """Return what a column shows."""
    rows = Lead.objects.visible_to(request.user).filter(status=status).for_list()
    page = read_page_or_first(rows, order=ORDER, after=after, size=size)
    url = reverse("leads:board_column", args=[status])
    return {
        "status": status,
        "label": status.label,
        "tone": STATUS_TONES[status],
        "url": url,
        "cards": [dress(lead, request.user) for lead in page.rows],
        "page": {"next_url": f"{url}?after={page.next_cursor}" if page.next_cursor else ""},
        "is_movable": status != Lead.Status.CONVERTED,
        **figures.get(status, {}),
    }


class MoveView(Declared, View):
    """Moves a card to another column; what the column asks for is checked by the service."""

    permission_required = permissions.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        stage = request.POST.get("stage", "")
        needed = permissions.CONVERT if stage == Lead.Status.CONVERTED else permissions.CHANGE
        if not request.user.has_perm(needed):
            return HttpResponse(status=403)
        lead = at_version(lead_for(request.user, pk, needed), request)
        known = before(lead)
        text = move_lead(lead, stage=stage, actor=request.user)  # type: ignore[arg-type]
        is_final = lead.status == Lead.Status.CONVERTED
        token = undo_token(known, lead, actor=request.user)  # type: ignore[arg-type]
        undo = None if is_final else reverse("leads:undo", args=[token])
        return stale(toast(HttpResponse(status=204), text, undo=undo))

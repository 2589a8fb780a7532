"""Deciding whether a suggested duplicate is the same person."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.generic import View

from crm_project.kit.htmx import toast
from crm_project.kit.views import Declared
from leads import permissions, services
from leads.models import DuplicateSuggestion

from .inbox import dress
from .pane import pane_of
from .reach import duplicates_of, lead_for


class DuplicateView(Declared, View):
    """Links the pair, or says that it is somebody else."""

    permission_required = permissions.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, answer: str) -> HttpResponse:
        rows = DuplicateSuggestion.objects.visible_to(request.user, permissions.CHANGE)
        suggestion = get_object_or_404(rows.select_related("lead", "customer", "other_lead"), pk=pk)
        if answer == "link":
            self._refuse_hidden(suggestion, request)
            services.link_duplicate(suggestion, actor=request.user)  # type: ignore[arg-type]
            text = _("Linked: the same person.")
        else:
            services.dismiss_duplicate(suggestion, actor=request.user)  # type: ignore[arg-type]
            text = _("Noted: somebody else.")
        lead = dress(lead_for(request.user, suggestion.lead_id), request.user)
        context = pane_of(lead, request.user)  # type: ignore[arg-type]
        return toast(render(request, "leads/partials/lead_pane.html", context), text)

    def _refuse_hidden(self, suggestion: DuplicateSuggestion, request: HttpRequest) -> None:
        """A record that the person may not see cannot be linked by them."""
        shown = duplicates_of(suggestion.lead, request.user)  # type: ignore[arg-type]
        if not any(row.pk == suggestion.pk and row.is_shown for row in shown):
            raise Http404

"""The operations page: everything at a glance, read anew every few seconds."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from crm_project.kit.htmx import wants_partial
from operations.overview import overview
from operations.permissions import VIEW

from .reach import OperationsView


class OverviewView(OperationsView):
    """The whole page, or only its figures when the page asks for them again."""

    permission_required = VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        name = "partials/overview.html" if wants_partial(request) else "overview.html"
        response = render(request, f"operations/{name}", overview(timezone.now()))
        patch_vary_headers(response, ["HX-Request"])
        return response

"""What the command palette finds: records of every app and settings, within the reader's reach."""

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string

from accounts.search import find_settings

from .declared import AccountView

SHORTEST, LONGEST = 2, 100  # letters worth searching for; letters read
PROVIDERS = "crm_project.wiring.search_providers"  # the table lies above this app


class SearchView(AccountView):
    """Groups of hits as HTML for the palette, or a page for a plain visit."""

    def get(self, request: HttpRequest) -> HttpResponse:
        query = request.GET.get("q", "").strip()[:LONGEST]
        groups = self._groups(query) if len(query) >= SHORTEST else []
        is_palette = bool(request.headers.get("HX-Request"))
        template = "partials/search_results" if is_palette else "search"
        return render(request, f"accounts/{template}.html", {"groups": groups, "query": query})

    def _groups(self, query: str) -> list[dict[str, Any]]:
        providers = (*import_string(PROVIDERS)(), find_settings)
        hits = [hit for find in providers for hit in find(self.me, query)]
        return [
            {"label": label, "options": list(found)}
            for label, found in groupby(hits, key=lambda hit: str(hit.group))
        ]

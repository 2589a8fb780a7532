"""All imports that the person sees, the newest first."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from crm_project.kit.htmx import wants_partial
from crm_project.kit.pages import BadCursor, read_page
from exchange.models import Batch
from exchange.progress import progress_of

from .reach import ImportView

PAGE_SIZE = 50


class ImportListView(ImportView):
    """The list, fifty at a time; open pages follow running imports."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows: Any = Batch.objects.visible_to(self.me).filter(resource__in=self.allowed)
        rows = rows.select_related("owner")
        after = request.GET.get("after", "")
        try:
            page = read_page(rows, order=("-pk",), after=after, size=PAGE_SIZE)
        except BadCursor:
            page = read_page(rows, order=("-pk",), after="", size=PAGE_SIZE)
        context = {
            "rows": [(progress_of(batch), self.allowed[batch.resource]) for batch in page.rows],
            "next_url": f"{request.path}?after={page.next_cursor}" if page.next_cursor else "",
            "resources": self.allowed.values(),
            "is_more": bool(after),
        }
        template = "exchange/import_list.html"
        if wants_partial(request):
            template = f"exchange/partials/import_{'rows' if after else 'table'}.html"
        response = render(request, template, context)
        patch_vary_headers(response, ["HX-Request"])
        return response

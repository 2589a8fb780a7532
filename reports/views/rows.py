"""The rows behind a figure, page by page."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from crm_project.kit.htmx import wants_partial
from crm_project.kit.pages import BadCursor, count_up_to, read_page
from reports.shown import period_words

from .reach import ReportView

SIZE = 50


class RowsView(ReportView):
    """`what` names the rows, `key` and `part` the line of the report; the rest is its question."""

    def get(self, request: HttpRequest, **_kwargs: Any) -> HttpResponse:
        form = self.form()
        if not form.is_valid():
            raise Http404
        ask = form.ask()
        what, key, part = (request.GET.get(name, "")[:40] for name in ("what", "key", "part"))
        found = self.known.rows(ask, what, key, part)
        after = request.GET.get("after", "")
        try:
            page = read_page(found.rows, order=found.order, after=after, size=SIZE)
        except BadCursor as error:
            raise Http404 from error
        query = request.GET.copy()
        query["after"] = page.next_cursor
        is_first = not after
        count, has_more = count_up_to(found.rows) if is_first else (0, False)
        context = {
            "report": self.known,
            "found": found,
            "lines": [found.cells(row) for row in page.rows],
            "next_url": f"{request.path}?{query.urlencode()}" if page.next_cursor else "",
            "count": count,
            "has_more": has_more,
            "period_words": period_words(ask.period),
            "back_url": _back(form.asked),
        }
        is_part = wants_partial(request) and not is_first
        template = "reports/partials/rows.html" if is_part else "reports/rows.html"
        zone = getattr(getattr(self.me, "branch", None), "time_zone", "") or (
            ask.reach.places[0].zone if ask.reach.places else "UTC"
        )
        with timezone.override(zone):
            response = render(request, template, context)
        patch_vary_headers(response, ["HX-Request"])
        return response


def _back(asked: dict[str, str]) -> str:
    from urllib.parse import urlencode

    return urlencode(asked)

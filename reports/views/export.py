"""The report as a file."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.services import record
from exchange.exporting import TYPES as TABLES
from reports import permissions
from reports.export import as_csv, as_pdf, as_xlsx

from .reach import ReportView

TYPES: dict[str, tuple[str, Callable[..., bytes]]] = {
    "csv": (TABLES["csv"], lambda report, ask, _title: as_csv(report, ask)),
    "xlsx": (TABLES["xlsx"], as_xlsx),
    "pdf": ("application/pdf", as_pdf),
}


class ExportView(ReportView):
    """Exactly what the page shows, within the reach of the export permission."""

    more_codes = (permissions.EXPORT,)

    def get(self, request: HttpRequest, kind: str, **_kwargs: Any) -> HttpResponse:
        if kind not in TYPES:
            raise Http404
        form = self.form()
        if not form.is_valid():
            return render(request, "400.html", status=400)
        ask = form.ask()
        content_type, write = TYPES[kind]
        body = write(self.known.build(ask), ask, str(self.known.title))
        changes = {"format": kind, "report": self.known.code, "filters": form.asked}
        record(self.me, "report.exported", changes=changes)
        response = HttpResponse(body, content_type=content_type)
        name = f"{self.known.code}-{timezone.localdate():%Y-%m-%d}.{kind}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

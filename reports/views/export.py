"""The report as a file."""

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.services import record
from reports import permissions
from reports.errors import TooManyExports
from reports.export import as_csv, as_pdf, as_xlsx

from .reach import ReportView

log = structlog.get_logger(__name__)
MOST_AN_HOUR = 30
TYPES: dict[str, tuple[str, Callable[..., bytes]]] = {
    "csv": ("text/csv; charset=utf-8", lambda report, ask, _title: as_csv(report, ask)),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
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
        _count(self.me.pk)
        ask = form.ask()
        content_type, write = TYPES[kind]
        body = write(self.known.build(ask), ask, str(self.known.title))
        changes = {"format": kind, "report": self.known.code, "filters": form.asked}
        record(self.me, "report.exported", changes=changes)
        response = HttpResponse(body, content_type=content_type)
        name = f"{self.known.code}-{timezone.localdate():%Y-%m-%d}.{kind}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


def _count(user_id: int) -> None:
    """Count this export. Raises TooManyExports beyond thirty in this hour."""
    key = f"report-exports:{user_id}:{int(time.time() // 3600)}"
    try:
        cache.add(key, 0, 7200)
        count = cache.incr(key)
    except Exception as error:  # a dead store lets exports through (SECURITY.md RL-2)
        log.warning("export_limit_store_down", error=str(error))
        return
    if count > MOST_AN_HOUR:
        raise TooManyExports

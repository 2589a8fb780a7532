"""The list as a file."""

import time
from typing import Any

import structlog
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.services import record
from exchange.exporting import FORMATS, stream_export
from inspections import permissions
from inspections.errors import TooManyExports
from inspections.export import HEAD, rows_of
from inspections.filters import InspectionFilter
from inspections.models import Inspection

from .list import ORDERS
from .reach import InspectionView

log = structlog.get_logger(__name__)
MOST_AN_HOUR = 10


class InspectionExportView(InspectionView):
    """Exactly the list's rows, within the reach of the export permission."""

    permission_required = permissions.EXPORT

    def get(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        rows: Any = Inspection.objects.visible_to(self.me).visible_to(self.me, permissions.EXPORT)
        filters = InspectionFilter(request.GET, rows, request=request)
        kind = request.GET.get("format", "csv")
        if kind not in FORMATS or not filters.is_valid():
            return render(request, "400.html", status=400)
        _count(self.me.pk)
        order = ORDERS.get(request.GET.get("order", ""), ORDERS["newest"])
        asked = {name: request.GET[name][:80] for name in filters.chosen()}
        record(self.me, "inspections.exported", changes={"format": kind, "filters": asked})
        name = f"inspections-{timezone.localdate():%Y-%m-%d}"
        found = rows_of(filters.qs.order_by(*order))
        return stream_export(found, HEAD, format=kind, file_name=name)


def _count(user_id: int) -> None:
    """Count this export. Raises TooManyExports beyond ten in this hour."""
    key = f"inspection-exports:{user_id}:{int(time.time() // 3600)}"
    try:
        cache.add(key, 0, 7200)
        count = cache.incr(key)
    except Exception as error:  # a dead store lets exports through (SECURITY.md RL-2)
        log.warning("export_limit_store_down", error=str(error))
        return
    if count > MOST_AN_HOUR:
        raise TooManyExports

"""The list as a file."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.services import record
from exchange.exporting import FORMATS, stream_export
from inspections import permissions
from inspections.export import HEAD, rows_of
from inspections.filters import InspectionFilter
from inspections.models import Inspection

from .list import ORDERS
from .reach import InspectionView


class InspectionExportView(InspectionView):
    """Exactly the list's rows, within the reach of the export permission."""

    permission_required = permissions.EXPORT

    def get(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        rows: Any = Inspection.objects.visible_to(self.me).visible_to(self.me, permissions.EXPORT)
        filters = InspectionFilter(request.GET, rows, request=request)
        kind = request.GET.get("format", "csv")
        if kind not in FORMATS or not filters.is_valid():
            return render(request, "400.html", status=400)
        order = ORDERS.get(request.GET.get("order", ""), ORDERS["newest"])
        asked = {name: request.GET[name][:80] for name in filters.chosen()}
        record(self.me, "inspections.exported", changes={"format": kind, "filters": asked})
        name = f"inspections-{timezone.localdate():%Y-%m-%d}"
        found = rows_of(filters.qs.order_by(*order))
        return stream_export(found, HEAD, format=kind, file_name=name)

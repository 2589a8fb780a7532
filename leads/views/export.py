"""The inbox as a file."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.generic import View

from accounts.services import record
from crm_project.kit.views import Declared
from exchange.exporting import FORMATS, stream_export
from leads import permissions
from leads.export import HEAD, rows_of
from leads.filters import LeadFilter
from leads.models import Lead

from .inbox_next import ORDERS, with_queue


class LeadExportView(Declared, View):
    """Exactly the inbox's rows and order, within the reach of the export permission."""

    permission_required = permissions.EXPORT

    def get(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        user: Any = request.user
        rows: Any = Lead.objects.visible_to(user).visible_to(user, permissions.EXPORT)
        chosen, kind = with_queue(request.GET), request.GET.get("format", "csv")
        filters = LeadFilter(chosen, rows, request=request)
        if kind not in FORMATS or not filters.is_valid():
            return render(request, "400.html", status=400)
        known = {name: chosen[name][:80] for name in LeadFilter.base_filters if chosen.get(name)}
        known.pop("search", None)  # words may be personal data
        record(user, "leads.exported", changes={"format": kind, "filters": known})
        order = ORDERS.get(chosen.get("order", ""), ORDERS["newest"])
        name = f"leads-{timezone.localdate():%Y-%m-%d}"
        return stream_export(
            rows_of(filters.qs.order_by(*order), user), HEAD, format=kind, file_name=name
        )

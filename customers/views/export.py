"""The list as a file."""

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.saved_lists import own_columns, saved_views
from accounts.services import record
from customers import permissions
from customers.columns import chosen_columns
from customers.custom_filters import custom_parameters
from customers.export import export_rows, head_of
from customers.filters import CustomerFilter
from customers.models import Customer
from exchange.exporting import FORMATS, stream_export

from .list import ORDERS, PAGE
from .reach import CustomerView


class CustomerExportView(CustomerView):
    """Exactly the list's rows and columns, within the reach of the export permission."""

    permission_required = permissions.EXPORT

    def get(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        kind = request.GET.get("format", "csv")
        rows: Any = Customer.objects.visible_to(self.me).visible_to(self.me, permissions.EXPORT)
        filters = CustomerFilter(request.GET, rows, request=request)
        if kind not in FORMATS or not filters.is_valid():
            return render(request, "400.html", status=400)
        order = ORDERS.get(request.GET.get("order", ""), ORDERS["newest"])
        columns = chosen_columns(self._keys(request))
        record(
            self.me, "customers.exported", changes={"format": kind, "filters": _filters(request)}
        )
        ordered = filters.qs.order_by(*order)
        return stream_export(
            export_rows(ordered, columns, self.me),
            head_of(columns),
            format=kind,
            file_name=f"customers-{timezone.localdate():%Y-%m-%d}",
        )

    def _keys(self, request: HttpRequest) -> list[str]:
        if asked := request.GET.get("cols"):
            return asked.split(",")
        return own_columns(saved_views(self.me, PAGE), self.me)


def _filters(request: HttpRequest) -> dict[str, str]:
    """What was asked for, for the log; not the words, which may be personal data."""
    return {
        name: str(value)[:80]
        for name, value in request.GET.items()
        if name in CustomerFilter.base_filters and name != "q" and value
    } | custom_parameters(request.GET)

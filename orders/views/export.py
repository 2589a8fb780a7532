"""The list of orders as a file: exactly what is filtered, within the reach of the permission."""

from typing import Any

from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from accounts.services import record
from customers.masking import VISIBLE
from inventory.spreadsheet import csv_lines, workbook
from orders import permissions
from orders.export import order_head, order_rows
from orders.filters import OrderFilter
from orders.models import Order

from .detail import SEES_MARGIN
from .list import ORDERS
from .reach import OrderView

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class OrderExportView(OrderView):
    """CSV, streamed, or XLSX; the log keeps who took it."""

    permission_required = permissions.EXPORT

    def get(self, request: HttpRequest) -> HttpResponseBase:
        kind = request.GET.get("format", "csv")
        rows: Any = Order.objects.visible_to(self.me).visible_to(self.me, permissions.EXPORT)
        filters = OrderFilter(request.GET, rows, request=request)
        if kind not in ("csv", "xlsx") or not filters.is_valid():
            return render(request, "400.html", status=400)
        chosen = {name: str(value)[:80] for name, value in filters.chosen().items()}
        record(self.me, "orders.exported", changes={"format": kind, "filters": chosen})
        ordered = filters.qs.order_by(*ORDERS.get(request.GET.get("order", ""), ORDERS["newest"]))
        with_cost = self.me.sees_field(SEES_MARGIN) == VISIBLE
        head, lines = order_head(with_cost=with_cost), order_rows(ordered, with_cost=with_cost)
        name = f"orders-{timezone.localdate():%Y-%m-%d}.{kind}"
        if kind == "xlsx":
            is_arabic = (get_language() or "").startswith("ar")
            book = workbook(head, lines, is_right_to_left=is_arabic)
            return FileResponse(book, as_attachment=True, filename=name, content_type=XLSX)
        answer = StreamingHttpResponse(
            csv_lines(head, lines), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

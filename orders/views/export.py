"""The list of orders as a file: exactly what is filtered, within the reach of the permission."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from accounts.services import record
from customers.masking import VISIBLE
from exchange.exporting import FORMATS, stream_export
from orders import permissions
from orders.export import order_head, order_rows
from orders.filters import OrderFilter
from orders.models import Order

from .detail import SEES_MARGIN
from .list import ORDERS
from .reach import OrderView


class OrderExportView(OrderView):
    """CSV, XLSX or JSON, made while it is sent; the log keeps who took it."""

    permission_required = permissions.EXPORT

    def get(self, request: HttpRequest) -> HttpResponseBase:
        kind = request.GET.get("format", "csv")
        rows: Any = Order.objects.visible_to(self.me).visible_to(self.me, permissions.EXPORT)
        filters = OrderFilter(request.GET, rows, request=request)
        if kind not in FORMATS or not filters.is_valid():
            return render(request, "400.html", status=400)
        chosen = {name: str(value)[:80] for name, value in filters.chosen().items()}
        record(self.me, "orders.exported", changes={"format": kind, "filters": chosen})
        ordered = filters.qs.order_by(*ORDERS.get(request.GET.get("order", ""), ORDERS["newest"]))
        with_cost = self.me.sees_field(SEES_MARGIN) == VISIBLE
        return stream_export(
            order_rows(ordered, with_cost=with_cost),
            order_head(with_cost=with_cost),
            format=kind,
            file_name=f"orders-{timezone.localdate():%Y-%m-%d}",
        )

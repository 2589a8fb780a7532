"""The list as a file."""

import time
from typing import Any

import structlog
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import SavedView
from accounts.services import record
from customers import permissions
from customers.columns import chosen_columns
from customers.custom_filters import custom_parameters
from customers.errors import TooManyExports
from customers.export import export_rows, head_of
from customers.filters import CustomerFilter
from customers.models import Customer
from customers.services.columns import OWN, PAGE
from exchange.exporting import FORMATS, stream_export

from .list import ORDERS
from .reach import CustomerView

log = structlog.get_logger(__name__)

MOST_AN_HOUR = 10


class CustomerExportView(CustomerView):
    """Exactly the list's rows and columns, within the reach of the export permission."""

    permission_required = permissions.EXPORT

    def get(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        kind = request.GET.get("format", "csv")
        rows: Any = Customer.objects.visible_to(self.me).visible_to(self.me, permissions.EXPORT)
        filters = CustomerFilter(request.GET, rows, request=request)
        if kind not in FORMATS or not filters.is_valid():
            return render(request, "400.html", status=400)
        _count(self.me.pk)
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
        own = SavedView.objects.filter(user=self.me, page=PAGE, name=OWN).first()
        return own.columns if own else []


def _filters(request: HttpRequest) -> dict[str, str]:
    """What was asked for, for the log; not the words, which may be personal data."""
    return {
        name: str(value)[:80]
        for name, value in request.GET.items()
        if name in CustomerFilter.base_filters and name != "q" and value
    } | custom_parameters(request.GET)


def _count(user_id: int) -> None:
    """Count this export. Raises TooManyExports beyond ten in this hour."""
    key = f"exports:{user_id}:{int(time.time() // 3600)}"
    try:
        cache.add(key, 0, 7200)
        count = cache.incr(key)
    except Exception as error:  # a dead store lets exports through (SECURITY.md RL-2)
        log.warning("export_limit_store_down", error=str(error))
        return
    if count > MOST_AN_HOUR:
        raise TooManyExports

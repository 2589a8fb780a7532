"""Products and stock as a file: exactly the filtered list."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from accounts.services import record
from exchange.exporting import FORMATS, stream_export
from inventory import export, permissions
from inventory.filters import ProductFilter, StockFilter
from inventory.models import Inventory, Product
from inventory.models.stock import OfWarehouseQuerySet

from .products import ORDERS
from .reach import InventoryView


class _ExportView(InventoryView, ABC):
    """A list as a file; the log keeps who took it."""

    permission_required = permissions.EXPORT
    name: str
    filterset: type[Any]
    head: Callable[..., list[str]]
    rows: Callable[..., Iterable[Any]]

    def get(self, request: HttpRequest) -> HttpResponseBase:
        kind = request.GET.get("format", "csv")
        filters = self.filterset(request.GET, self.queryset(), request=request)
        if kind not in FORMATS or not filters.is_valid():
            return render(request, "400.html", status=400)
        chosen = {name: value[:80] for name, value in filters.chosen().items()}
        record(self.me, f"{self.name}.exported", changes={"format": kind, "filters": chosen})
        return stream_export(
            type(self).rows(self.ordered(filters.qs), with_cost=self.sees_cost),
            type(self).head(with_cost=self.sees_cost),
            format=kind,
            file_name=f"{self.name}-{timezone.localdate():%Y-%m-%d}",
        )

    @abstractmethod
    def queryset(self) -> Any:
        """The rows that the person may see."""

    @abstractmethod
    def ordered(self, rows: Any) -> Any:
        """In the order of the list."""


class ProductExportView(_ExportView):
    """The list of products."""

    name = "products"
    filterset = ProductFilter
    head = export.product_head
    rows = export.product_rows

    def queryset(self) -> Any:
        return Product.objects.visible_to(self.me)

    def ordered(self, rows: Any) -> Any:
        return rows.order_by(*ORDERS.get(self.request.GET.get("order", ""), ORDERS["sku"]))


class StockExportView(_ExportView):
    """What lies in the warehouses in which the person may export."""

    name = "stock"
    filterset = StockFilter
    head = export.stock_head
    rows = export.stock_rows

    def queryset(self) -> Any:
        mine = OfWarehouseQuerySet.places_of(self.me, permissions.EXPORT)
        return Inventory.objects.visible_to(self.me).filter(warehouse__in=mine)

    def ordered(self, rows: Any) -> Any:
        return rows.order_by("warehouse__code", "product__sku")

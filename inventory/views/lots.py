"""Lots and serial numbers, traced from receipt to the customer and back."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from crm_project.kit.pages import BadCursor, Page, read_page
from inventory import permissions, services
from inventory.models import Lot, StockMovement

from .reach import InventoryView

PAGE_SIZE = 50


class LotSearchView(InventoryView):
    """Finds lots by their number, or by the document that they moved with."""

    permission_required = permissions.VIEW_STOCK

    def get(self, request: HttpRequest) -> HttpResponse:
        words = request.GET.get("q", "")[:200]
        context = {"q": words, "lots": services.find_lots(words)}
        return render(request, "inventory/lots.html", context)


class LotView(InventoryView):
    """Where a lot lies, where it came from, and with which documents it left."""

    permission_required = permissions.VIEW_STOCK

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        lot = self.row(self.reach(Lot).select_related("product"), pk)
        rows = services.movements_of(lot) & StockMovement.objects.visible_to(self.me)
        try:
            page = read_page(
                rows, order=("-id",), after=request.GET.get("after", ""), size=PAGE_SIZE
            )
        except BadCursor:
            page = Page([], "")
        context = {
            "lot": lot,
            "places": services.places_of_lot(lot),
            "movements": page.rows,
            "next_url": f"{request.path}?after={page.next_cursor}" if page.next_cursor else "",
            "is_first": "after" not in request.GET,
            "sees_cost": self.sees_cost,
        }
        is_more = "after" in request.GET
        template = "inventory/partials/trace_rows.html" if is_more else "inventory/lot.html"
        return render(request, template, context)

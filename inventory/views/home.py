"""The stock at a glance: figures, what needs attention, latest movements."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from crm_project.kit.htmx import wants_partial
from inventory import permissions, services
from inventory.filters import ProductFilter
from inventory.models import Inventory, Product, StockMovement, Transfer
from inventory.models.stock import OfWarehouseQuerySet
from inventory.stocklist import StockedProduct, open_warehouses, with_stock

from .reach import InventoryView
from .tables import may

MOST = 50
LATEST = 6


class InventoryHomeView(InventoryView):
    """Figures of the reader's warehouses, and the products that need attention in them."""

    permission_required = permissions.VIEW_STOCK

    def get(self, request: HttpRequest) -> HttpResponse:
        places = open_warehouses(self.me)
        rows = self._rows(request)
        context: dict[str, Any] = {
            "rows": [_row(row) for row in with_stock(rows, places)],
            "warehouses": places,
            "q": request.GET.get("q", "")[:200],
        }
        if wants_partial(request):
            return render(request, "inventory/partials/home_table.html", context)
        mine = list(
            OfWarehouseQuerySet.places_of(self.me, permissions.VIEW_STOCK).select_related("branch")
        )
        movements = StockMovement.objects.visible_to(self.me).exclude(quantity=0)
        moving = Transfer.objects.visible_to(self.me).filter(status=Transfer.Status.SENT)
        context |= {
            "figures": figures(mine, self.me),
            "values": _whole(services.total_by_currency(services.by_warehouse(mine)))
            if self.sees_cost
            else None,
            "moving": moving.count(),
            "latest": movements.select_related("inventory__product", "inventory__warehouse")[
                :LATEST
            ],
            "can": may(self.me),
            "tabs": _tabs(),
        }
        return render(request, "inventory/home.html", context)

    def _rows(self, request: HttpRequest) -> list[Product]:
        """What is low or sold out somewhere in the reader's warehouses; the emptiest first."""
        mine = OfWarehouseQuerySet.places_of(self.me, permissions.VIEW_STOCK)
        low = Inventory.objects.visible_to(self.me).low()
        here = low.filter(product=OuterRef("pk"), warehouse__in=mine)
        visible = Product.objects.visible_to(self.me).for_list()
        filters = ProductFilter({"q": request.GET.get("q", "")[:200]}, visible, request=request)
        rows: QuerySet[Product] = filters.qs.filter(Exists(here))
        return list(rows.order_by("sku", "pk")[:MOST])


def _row(row: StockedProduct) -> dict[str, Any]:
    """A product with how much it lacks to its reorder points."""
    lacking = [
        cell.reorder_point - cell.available
        for cell in row.cells
        if cell and cell.reorder_point is not None and cell.available <= cell.reorder_point
    ]
    return {"row": row, "missing": sum(lacking, Decimal(0)), "is_out": row.available <= 0}


def _whole(values: dict[str, Decimal]) -> dict[str, int]:
    """Without small change, which nobody reads at a glance."""
    return {currency: round(amount) for currency, amount in values.items()}


def figures(places: list[Any], user: Any) -> dict[str, Any]:
    """What the cards above show, of these warehouses."""
    known = Q(reorder_point__isnull=False)
    stocks = Inventory.objects.visible_to(user)
    found: dict[str, Any] = stocks.filter(warehouse__in=places, product__is_active=True).aggregate(
        items=Count("product", distinct=True, filter=~Q(on_hand=0)),
        low=Count("pk", filter=known & Q(available__lte=F("reorder_point"))),
        out=Count("pk", filter=known & Q(available__lte=0)),
        promised=Sum("reserved"),
        promised_items=Count("pk", filter=Q(reserved__gt=0)),
    )
    return {**found, "places": len(places)}


def _tabs() -> list[dict[str, Any]]:
    """The first page and the lists beside it."""
    return [
        {"label": _("Needs attention"), "url": reverse("inventory:home"), "is_active": True},
        {"label": _("All items"), "url": reverse("inventory:products")},
        {"label": _("Movements"), "url": reverse("inventory:movements")},
        {"label": _("Transfers"), "url": reverse("inventory:transfers")},
    ]

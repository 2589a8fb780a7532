"""A product's page: stock by warehouse, ledger, suppliers, lots, pictures."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from crm_project.kit.errors import BusinessError
from crm_project.kit.forms import form_response
from crm_project.kit.pages import BadCursor, Page, read_page
from inventory import permissions, services
from inventory.forms.catalogue import OfferForm, PictureForm, ReorderForm
from inventory.models import (
    Inventory,
    Lot,
    Product,
    Reservation,
    StockMovement,
    SupplierProduct,
    Warehouse,
)
from inventory.models.stock import OfWarehouseQuerySet
from inventory.stocklist import StockedProduct, is_low, open_warehouses

from .reach import InventoryView, add_refusal
from .tables import may

NEWEST = ("-at", "-id")
LEDGER_SIZE = 25
MOST_LOTS = 20
MOST_RESERVATIONS = 10


class ProductView(InventoryView):
    """What there is of a product and where; the ledger comes by itself."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        product = self.product(pk)
        can = may(self.me)
        context: dict[str, Any] = {
            "product": product,
            "can": can,
            "sees_cost": self.sees_cost,
            "images": list(product.images.all()),
            "picture_form": PictureForm(),
        }
        if can["view_stock"] and product.is_stocked:
            context |= self._stock(product)
        if can["view_purchase"]:
            offers = SupplierProduct.objects.visible_to(self.me).filter(product=product)
            context["offers"] = offers.select_related("supplier").order_by("-is_preferred", "pk")
        return render(request, "inventory/product.html", context)

    def _stock(self, product: Product) -> dict[str, Any]:
        places = open_warehouses(self.me)
        stocks = {stock.warehouse_id: stock for stock in product.inventories.all()}
        mine = OfWarehouseQuerySet.places_of(self.me, permissions.CHANGE_WAREHOUSE)
        changeable = set(mine.values_list("pk", flat=True))
        in_transit = services.in_transit_of(product)
        lines = [
            {
                "place": place,
                "stock": stocks.get(place.pk),
                "is_low": is_low(stocks.get(place.pk)),
                "in_transit": in_transit.get(place.pk),
                "may_change": place.pk in changeable,
            }
            for place in places
        ]
        reservations = Reservation.objects.visible_to(self.me).open()
        lots: Any = Lot.objects.visible_to(self.me).filter(product=product, stocks__on_hand__gt=0)
        is_tracked = product.tracking != Product.Tracking.NONE
        return {
            "lines": lines,
            "on_hand": sum((stock.on_hand for stock in stocks.values()), Decimal(0)),
            "available": sum((stock.available for stock in stocks.values()), Decimal(0)),
            "reserved": sum((stock.reserved for stock in stocks.values()), Decimal(0)),
            "coming": sum(in_transit.values(), Decimal(0)),
            "values": StockedProduct(
                product, [stocks.get(place.pk) for place in places], places
            ).values,
            "reservations": reservations.filter(inventory__product=product).select_related(
                "inventory__warehouse"
            )[:MOST_RESERVATIONS],
            "lots": list(lots.distinct().order_by("pk")[:MOST_LOTS]) if is_tracked else [],
        }


class ProductLedgerView(InventoryView):
    """The movements of a product in the reader's warehouses, newest first, page by page."""

    permission_required = permissions.VIEW_STOCK

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        product = self.row(self.reach(Product), pk)
        rows = StockMovement.objects.visible_to(self.me).filter(inventory__product=product)
        shown = rows.select_related("inventory__warehouse__branch", "lot", "actor")
        try:
            page = read_page(
                shown, order=NEWEST, after=request.GET.get("after", ""), size=LEDGER_SIZE
            )
        except BadCursor:
            page = Page([], "")
        url = reverse("inventory:product_ledger", args=[product.pk])
        context = {
            "movements": page.rows,
            "next_url": f"{url}?after={page.next_cursor}" if page.next_cursor else "",
            "is_first": "after" not in request.GET,
            "sees_cost": self.sees_cost,
            "ledger_url": url,
        }
        return render(request, "inventory/partials/ledger.html", context)


class ReorderLevelView(InventoryView):
    """When a product is ordered again in one warehouse, in the side panel."""

    permission_required = permissions.CHANGE_WAREHOUSE
    template = "inventory/partials/side_form.html"

    def get(self, request: HttpRequest, pk: int, place_pk: int) -> HttpResponse:
        product, place = self._named(pk, place_pk)
        stock = Inventory.objects.visible_to(self.me).filter(product=product, warehouse=place)
        row = stock.first()
        initial = (
            {"point": row.reorder_point, "quantity": row.reorder_quantity, "bin": row.bin}
            if row
            else {}
        )
        return render(request, self.template, self._context(ReorderForm(initial=initial), place))

    def post(self, request: HttpRequest, pk: int, place_pk: int) -> HttpResponse:
        product, place = self._named(pk, place_pk)
        form = ReorderForm(request.POST)
        if not form.is_valid():
            return form_response(request, self.template, form, self._context(form, place))
        services.set_reorder_level(
            product, place, services.ReorderLevel(**form.cleaned_data), actor=self.me
        )
        messages.success(request, _("Saved."))
        return _go(product)

    def _named(self, pk: int, place_pk: int) -> tuple[Product, Warehouse]:
        return self.row(self.reach(Product), pk), self.row(self.reach(Warehouse), place_pk)

    def _context(self, form: ReorderForm, place: Warehouse) -> dict[str, Any]:
        return {"form": form, "title": place.name, "url": self.request.path}


class OfferView(InventoryView):
    """At what a supplier sells a product, in the side panel."""

    permission_required = permissions.CHANGE_PURCHASE
    template = "inventory/partials/side_form.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.row(self.reach(Product), pk)
        return render(request, self.template, self._context(OfferForm(editor=self.me)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        product = self.row(self.reach(Product), pk)
        form = OfferForm(request.POST, editor=self.me)
        if form.is_valid():
            values = dict(form.cleaned_data)
            try:
                services.offer_product(values.pop("supplier"), product, values, actor=self.me)
                messages.success(request, _("Saved."))
                return _go(product)
            except BusinessError as error:
                add_refusal(form, error)
        return form_response(request, self.template, form, self._context(form))

    def _context(self, form: OfferForm) -> dict[str, Any]:
        return {"form": form, "title": _("A supplier's price"), "url": self.request.path}


class OfferRemoveView(InventoryView):
    """Forgets that a supplier sells a product."""

    permission_required = permissions.CHANGE_PURCHASE

    def post(self, request: HttpRequest, pk: int, offer_pk: int) -> HttpResponse:
        product = self.row(self.reach(Product), pk)
        offer = self.row(self.reach(SupplierProduct).filter(product=product), offer_pk)
        services.withdraw_offer(offer, actor=self.me)
        return redirect(product)


def _go(product: Product) -> HttpResponse:
    """Load the page again; from a panel HTMX does it."""
    return HttpResponse(status=204, headers={"HX-Redirect": product.get_absolute_url()})

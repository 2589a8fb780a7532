"""The fast product picker: the first matches with price and what is available."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from crm_project.kit.text import whole_number
from inventory import permissions
from inventory.finding import pick
from inventory.models import Product, Warehouse
from inventory.stocklist import open_warehouses, with_stock

from .reach import InventoryView

MOST = 8


class ProductPickView(InventoryView):
    """`?q=&warehouse=` → a listbox of eight products; `?as=datalist` → options of a code field.

    An option carries what an order line needs: data-product, data-sku, data-name, data-price,
    data-currency, data-tax, data-unit and data-available (of the warehouse, else of all).
    """

    permission_required = permissions.VIEW_PRODUCT

    def get(self, request: HttpRequest) -> HttpResponse:
        words = request.GET.get("q", request.GET.get("code", ""))[:200]
        products = Product.objects.visible_to(self.me).active()
        if request.GET.get("as") == "datalist":
            stocked = products.filter(kind=Product.Kind.STOCKED)
            found = pick(stocked, words, limit=MOST) if words.strip() else []
            return render(request, "inventory/partials/pick_datalist.html", {"products": found})
        found = pick(products, words, limit=MOST)
        context = {"rows": self._with_stock(found, request), "q": words}
        return render(request, "inventory/partials/pick_list.html", context)

    def _with_stock(self, products: list[Product], request: HttpRequest) -> list[Any]:
        if not self.me.has_perm(permissions.VIEW_STOCK):
            return with_stock(products, [])
        if asked := whole_number(request.GET.get("warehouse", "")):
            places = list(Warehouse.objects.visible_to(self.me).filter(pk=asked))
            return with_stock(products, places)
        return with_stock(products, open_warehouses(self.me))

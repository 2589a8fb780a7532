"""Set-up of the stock: warehouses and the tree of categories."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from crm_project.kit.errors import BusinessError
from crm_project.kit.forms import form_response
from inventory import permissions, services
from inventory.forms.catalogue import CategoryForm, WarehouseForm
from inventory.models import ProductCategory, Warehouse
from inventory.models.stock import OfWarehouseQuerySet

from .reach import InventoryView, add_refusal

PANEL = "inventory/partials/side_form.html"


class WarehousesView(InventoryView):
    """The warehouses, with what they are worth for those who see it."""

    permission_required = permissions.CHANGE_WAREHOUSE

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Warehouse.objects.visible_to(self.me).select_related("branch").order_by("code")
        mine = OfWarehouseQuerySet.places_of(self.me, permissions.CHANGE_WAREHOUSE)
        changeable = set(mine.values_list("pk", flat=True))
        context = {
            "places": [{"place": row, "may_change": row.pk in changeable} for row in rows],
            "can_change": True,
        }
        return render(request, "inventory/warehouses.html", context)


class WarehouseFormView(InventoryView):
    """Adds or changes a warehouse, in the side panel."""

    permission_required = permissions.CHANGE_WAREHOUSE

    def get(self, request: HttpRequest, pk: int = 0) -> HttpResponse:
        place = self._place(pk)
        form = WarehouseForm(editor=self.me, warehouse=place)
        return render(request, PANEL, self._context(form, place))

    def post(self, request: HttpRequest, pk: int = 0) -> HttpResponse:
        place = self._place(pk)
        form = WarehouseForm(request.POST, editor=self.me, warehouse=place)
        if form.is_valid():
            try:
                services.save_warehouse(place, form.cleaned_data, actor=self.me)
                return _go("inventory:warehouses")
            except BusinessError as error:
                add_refusal(form, error)
        return form_response(request, PANEL, form, self._context(form, place))

    def _place(self, pk: int) -> Warehouse | None:
        mine = OfWarehouseQuerySet.places_of(self.me, permissions.CHANGE_WAREHOUSE)
        rows = self.reach(Warehouse).filter(pk__in=mine.values("pk"))
        return self.row(rows, pk) if pk else None

    def _context(self, form: WarehouseForm, place: Warehouse | None) -> dict[str, Any]:
        title = place.name if place else _("New warehouse")
        return {"form": form, "title": title, "url": self.request.path}


class CategoriesView(InventoryView):
    """The tree of categories."""

    permission_required = permissions.CHANGE_PRODUCT

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = services.tree(ProductCategory.objects.visible_to(self.me))
        return render(request, "inventory/categories.html", {"branches": rows})


class CategoryFormView(InventoryView):
    """Adds or changes a category, in the side panel."""

    permission_required = permissions.CHANGE_PRODUCT

    def get(self, request: HttpRequest, pk: int = 0) -> HttpResponse:
        category = self._category(pk)
        form = CategoryForm(category=category)
        return render(request, PANEL, self._context(form, category))

    def post(self, request: HttpRequest, pk: int = 0) -> HttpResponse:
        category = self._category(pk)
        form = CategoryForm(request.POST, category=category)
        if form.is_valid():
            try:
                services.save_category(category, form.cleaned_data, actor=self.me)
                return _go("inventory:categories")
            except BusinessError as error:
                add_refusal(form, error)
        return form_response(request, PANEL, form, self._context(form, category))

    def _category(self, pk: int) -> ProductCategory | None:
        return self.row(self.reach(ProductCategory), pk) if pk else None

    def _context(self, form: CategoryForm, category: ProductCategory | None) -> dict[str, Any]:
        title = category.name if category else _("New category")
        return {"form": form, "title": title, "url": self.request.path}


def _go(name: str) -> HttpResponse:
    return HttpResponse(status=204, headers={"HX-Redirect": reverse(name)})

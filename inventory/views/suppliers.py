"""Suppliers: list, page, form."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm_project.kit.errors import BusinessError
from crm_project.kit.forms import form_response
from inventory import permissions, services
from inventory.filters import SupplierFilter
from inventory.forms.catalogue import SupplierForm
from inventory.models import PurchaseOrder, Supplier, SupplierProduct

from .reach import InventoryView, add_refusal
from .tables import Head, StockTable, may

PAGE, FORM = "inventory/supplier.html", "inventory/supplier_form.html"
MOST_OFFERS = 100
MOST_ORDERS = 20


class SupplierListView(StockTable):
    """The company's suppliers."""

    permission_required = permissions.VIEW_PURCHASE
    queryset = Supplier.objects.all()
    filterset_class = SupplierFilter
    orders = {"name": ("name", "id")}
    page_name = "inventory:suppliers"
    title = gettext_lazy("Suppliers")
    find_hint = gettext_lazy("Name")
    all_label = gettext_lazy("All suppliers")
    row_template = "inventory/partials/supplier_row.html"
    actions_template = "inventory/partials/supplier_actions.html"
    empty_icon = "building-store"
    empty_title = gettext_lazy("No suppliers here")
    empty_text = gettext_lazy("Add those that you buy from, then give products their price there.")
    heads = (
        Head("name", gettext_lazy("Name"), "name"),
        Head("contact", gettext_lazy("Contact person"), css="hide-m"),
        Head("phone", gettext_lazy("Phone"), css="hide-m"),
        Head("lead", gettext_lazy("Delivers within (days)"), css="n"),
        Head("currency", gettext_lazy("Currency")),
    )


class SupplierView(InventoryView):
    """A supplier with what it sells and the latest orders."""

    permission_required = permissions.VIEW_PURCHASE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        supplier = self.row(self.reach(Supplier), pk)
        offers = SupplierProduct.objects.visible_to(self.me).filter(supplier=supplier)
        orders = PurchaseOrder.objects.visible_to(self.me).filter(supplier=supplier)
        context = {
            "supplier": supplier,
            "offers": offers.select_related("product").order_by("product__sku")[:MOST_OFFERS],
            "orders": orders.select_related("warehouse")[:MOST_ORDERS],
            "sees_cost": self.sees_cost,
            "can": may(self.me),
        }
        return render(request, PAGE, context)


class SupplierFormView(InventoryView):
    """Adds or changes a supplier."""

    permission_required = permissions.CHANGE_PURCHASE

    def get(self, request: HttpRequest, pk: int = 0) -> HttpResponse:
        supplier = self._supplier(pk)
        form = SupplierForm(editor=self.me, supplier=supplier)
        return render(request, FORM, {"form": form, "supplier": supplier})

    def post(self, request: HttpRequest, pk: int = 0) -> HttpResponse:
        supplier = self._supplier(pk)
        form = SupplierForm(request.POST, editor=self.me, supplier=supplier)
        if form.is_valid():
            given = {name: form.cleaned_data[name] for name in ("version", "request_id")}
            try:
                saved = services.save_supplier(supplier, form.values(), actor=self.me, **given)
                messages.success(request, _("Saved."))
                return redirect(saved)
            except BusinessError as error:
                add_refusal(form, error)
        return form_response(request, FORM, form, {"supplier": supplier})

    def _supplier(self, pk: int) -> Supplier | None:
        return self.row(self.reach(Supplier), pk) if pk else None

"""Asking for an inspection, changing what was asked, and finding the customer for it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from crm_project.kit.forms import form_response
from crm_project.kit.htmx import redirect_to, wants_partial
from crm_project.kit.text import whole_number
from customers.finding import find
from customers.models import Customer
from inspections import permissions
from inspections.errors import InspectionChangedMeanwhile
from inspections.forms import RequestEditForm, RequestForm
from inspections.models import InspectionType
from orders.models import Order

from .reach import InspectionView

FORM, PANEL = "inspections/request_form.html", "inspections/partials/request_panel.html"
MOST_CUSTOMERS = 8


def _template(request: HttpRequest) -> str:
    return PANEL if wants_partial(request) else FORM


class RequestView(InspectionView):
    """A new request, in the side panel or as a page; `?customer=` or `?order=` fills it."""

    permission_required = permissions.ADD

    def get(self, request: HttpRequest) -> HttpResponse:
        customer, initial = self._given()
        form = RequestForm(editor=self.me, initial=initial)
        return render(request, _template(request), self._context(form, customer))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = RequestForm(request.POST, editor=self.me)
        if not form.is_valid():
            customer = form.cleaned_data.get("customer")
            context = self._context(form, customer)
            return form_response(request, _template(request), form, context)
        return redirect_to(request, form.save().get_absolute_url())

    def _given(self) -> tuple[Customer | None, dict[str, Any]]:
        order = _one(Order.objects.visible_to(self.me), self.request.GET.get("order", ""))
        asked = str(order.customer_id) if order else self.request.GET.get("customer", "")
        customer = _one(Customer.objects.visible_to(self.me).open(), asked)
        first = InspectionType.objects.visible_to(self.me).active().first()
        initial = {
            "customer": customer.pk if customer else None,
            "order": order.pk if order else None,
            "type": first.pk if first else None,
            **_where(customer, order),
        }
        return customer, initial

    def _context(self, form: RequestForm, customer: Customer | None) -> dict[str, Any]:
        return {
            "form": form,
            "customer": customer,
            "title": _("New inspection"),
            "url": reverse("inspections:new"),
            "submit": _("Request the inspection"),
            "back_url": reverse("inspections:calendar"),
        }


class FindCustomerView(InspectionView):
    """Customers that match what is typed into the request form."""

    permission_required = permissions.ADD

    def get(self, request: HttpRequest) -> HttpResponse:
        words = request.GET.get("customer_words", "")[:200].strip()
        rows = find(Customer.objects.visible_to(self.me).open(), words, user=self.me)
        newest = rows.order_by("-last_contact_at", "-pk")
        context = {"customers": newest[:MOST_CUSTOMERS] if words else [], "words": words}
        return render(request, "inspections/partials/customer_choices.html", context)


class RequestEditView(InspectionView):
    """Changes what was asked; somebody else's change in between is not overwritten."""

    permission_required = permissions.ADD

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        inspection = self.inspection(pk)
        form = RequestEditForm(editor=self.me, inspection=inspection)
        return render(request, _template(request), self._context(form))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        inspection = self.inspection(pk)
        form = RequestEditForm(request.POST, editor=self.me, inspection=inspection)
        if not form.is_valid():
            return form_response(request, _template(request), form, self._context(form))
        try:
            form.save()
        except InspectionChangedMeanwhile as error:
            form.add_error(None, str(error.message))
            return form_response(request, _template(request), form, self._context(form))
        return redirect_to(request, inspection.get_absolute_url())

    def _context(self, form: RequestEditForm) -> dict[str, Any]:
        inspection = form.inspection
        return {
            "form": form,
            "customer": inspection.customer,
            "inspection": inspection,
            "title": _("Edit the request"),
            "url": reverse("inspections:edit", args=[inspection.pk]),
            "submit": _("Save"),
            "back_url": inspection.get_absolute_url(),
        }


def _where(customer: Customer | None, order: Order | None) -> dict[str, str]:
    """Where the visit will be: the order's place of delivery, else the customer's first address."""
    if order and order.delivery_address:
        return {"address": order.delivery_address}
    known = customer.addresses.filter(is_primary=True).first() if customer else None
    if known:
        return {"address": known.line, "district": known.district, "map_url": known.map_url}
    return {"address": customer.address if customer else ""}


def _one(rows: Any, written: str) -> Any:
    """Return the row of an id in the address, or None."""
    pk = whole_number(written)
    return None if pk is None else rows.filter(pk=pk).first()

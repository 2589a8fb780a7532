"""The steps of an order: each answers with a toast and a fresh page."""

from abc import ABC, abstractmethod
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from crm_project.kit.errors import BusinessError
from crm_project.kit.forms import form_response
from crm_project.kit.text import whole_number
from orders import permissions
from orders.forms import AssignForm, CancelForm, DeliverForm, PromiseForm
from orders.models import Order, Shipment
from orders.services import (
    advance_order,
    assign_order,
    cancel_order,
    confirm_order,
    move_shipment,
    set_promised_date,
)

from .reach import OrderView, add_refusal, done

PANEL, MODAL = "orders/partials/step_panel.html", "orders/partials/step_modal.html"


def version_of(request: HttpRequest) -> int | None:
    """The version of the order that the reader saw; None when none was sent."""
    return whole_number(request.POST.get("version", ""))


class ConfirmView(OrderView):
    """Makes a quote a promise; its stock is reserved."""

    permission_required = permissions.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = confirm_order(self.order(pk), actor=self.me, version=version_of(request))
        return done(request, order, _("Confirmed. The stock is reserved."))


class AdvanceView(OrderView):
    """A step that needs nothing but a word: into work, ready, installed, closed."""

    permission_required = permissions.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        to = request.POST.get("to", "")
        order = advance_order(self.order(pk), to, actor=self.me, version=version_of(request))
        return done(request, order, order.get_status_display())


class _FormView(OrderView, ABC):
    """A short form about one order; GET shows it, POST takes the step."""

    template = PANEL
    form_class: Any
    title: Any
    submit: Any
    said: Any
    url_name: str

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = self.order(pk)
        return render(request, self.template, self.context(order, self.form(order)))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = self.order(pk)
        form = self.form(order, request.POST)
        if form.is_valid():
            try:
                self.take(order, form.cleaned_data)
                return done(request, order, self.said)
            except BusinessError as error:
                add_refusal(form, error)
        return form_response(request, self.template, form, self.context(order, form))

    def form(self, order: Order, data: Any = None) -> Any:
        """The form of this step."""
        return self.form_class(data, order=order)

    @abstractmethod
    def take(self, order: Order, data: dict[str, Any]) -> None:
        """Take the step."""

    def context(self, order: Order, form: Any) -> dict[str, Any]:
        """What the form's template shows."""
        url = reverse(self.url_name, args=[order.pk])
        words = {"title": self.title, "submit_label": self.submit}
        return {"order": order, "form": form, "form_action": url, **words}


class CancelView(_FormView):
    """Ends an order; there is no way back, so it asks why first."""

    permission_required = permissions.CHANGE
    template = MODAL
    form_class = CancelForm
    title = gettext_lazy("Cancel this order?")
    submit = pgettext_lazy("sales", "Cancel the order")
    said = gettext_lazy("Cancelled. The stock is free again.")
    url_name = "orders:cancel"

    def take(self, order: Order, data: dict[str, Any]) -> None:
        cancel_order(order, data["reason"], actor=self.me, version=data["version"])


class PromiseView(_FormView):
    """Promises the order for another day."""

    permission_required = permissions.CHANGE
    form_class = PromiseForm
    title = gettext_lazy("Promised date")
    submit = gettext_lazy("Save")
    said = gettext_lazy("Saved.")
    url_name = "orders:promise"

    def take(self, order: Order, data: dict[str, Any]) -> None:
        set_promised_date(order, data["promised_on"], actor=self.me, version=data["version"])


class AssignView(_FormView):
    """Hands the order to a colleague."""

    permission_required = permissions.ASSIGN
    title = gettext_lazy("Hand the order over")
    submit = gettext_lazy("Assign")
    said = gettext_lazy("Handed over.")
    url_name = "orders:assign"

    def form(self, order: Order, data: Any = None) -> Any:
        start = {"owner": order.owner_id}
        return AssignForm(data, editor=self.me, branch_id=order.branch_id, initial=start)

    def take(self, order: Order, data: dict[str, Any]) -> None:
        assign_order(order, data["owner"], actor=self.me)


class MoveShipmentView(OrderView):
    """Where a shipment is; `?to=delivered` asks who received it."""

    permission_required = permissions.SHIP

    def get(self, request: HttpRequest, pk: int, shipment_pk: int) -> HttpResponse:
        shipment = self.shipment(pk, shipment_pk)
        form = DeliverForm(initial={"to": Shipment.Status.DELIVERED})
        return render(request, PANEL, self.context(shipment, form))

    def post(self, request: HttpRequest, pk: int, shipment_pk: int) -> HttpResponse:
        shipment = self.shipment(pk, shipment_pk)
        form = DeliverForm(request.POST)
        if not form.is_valid():
            return form_response(request, PANEL, form, self.context(shipment, form))
        data = form.cleaned_data
        move_shipment(shipment, to=data["to"], actor=self.me, received_by=data["received_by"])
        return done(request, shipment.order, Shipment.Status(data["to"]).label)

    def shipment(self, pk: int, shipment_pk: int) -> Shipment:
        """Return a shipment of an order within reach. Raises Http404."""
        rows = Shipment.objects.filter(order=self.order(pk)).select_related("order")
        return get_object_or_404(rows, pk=shipment_pk)

    def context(self, shipment: Shipment, form: Any) -> dict[str, Any]:
        """What the form's template shows."""
        url = reverse("orders:move_shipment", args=[shipment.order_id, shipment.pk])
        words = {"title": _("Delivered"), "submit_label": _("Mark delivered")}
        return {"order": shipment.order, "form": form, "form_action": url, **words}

"""Goods leave and come back: which lines, how much, which lots."""

from abc import ABC, abstractmethod
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from crm_project.kit.errors import BusinessError
from orders import permissions
from orders.forms import Parcel, ReturnForm, ShipForm, parcels_of, read_parcels
from orders.models import Order
from orders.services import NewShipment, ParcelLine, ReturnedLine, ship_order, take_return

from .reach import OrderView, add_refusal, done

PANEL = "orders/partials/goods_panel.html"


class _GoodsView(OrderView, ABC):
    is_return = False
    url_name: str

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = self.order(pk)
        parcels = parcels_of(order, is_return=self.is_return)
        return self.panel(order, self.form(order), parcels, 200)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = self.order(pk)
        form = self.form(order, request.POST)
        parcels = parcels_of(order, is_return=self.is_return)
        chosen = read_parcels(parcels, request.POST)
        if not chosen and not form.errors:
            form.add_error(None, _("Enter how much of what."))
        if form.is_valid() and not any(parcel.problem for parcel in parcels):
            try:
                number = self.move(order, chosen, form.cleaned_data)
                return done(request, order, number)
            except BusinessError as error:
                add_refusal(form, error)
        return self.panel(order, form, parcels, 422)

    @abstractmethod
    def form(self, order: Order, data: Any = None) -> Any:
        """The form beside the goods."""

    @abstractmethod
    def move(self, order: Order, parcels: list[Parcel], data: dict[str, Any]) -> str:
        """Do it; what is said about it."""

    def panel(self, order: Order, form: Any, parcels: list[Parcel], status: int) -> HttpResponse:
        """The side panel."""
        context = {
            "order": order,
            "form": form,
            "parcels": parcels,
            "is_return": self.is_return,
            "title": _("Take goods back") if self.is_return else _("Ship goods"),
            "submit_label": _("Take back") if self.is_return else _("Ship"),
            "form_action": reverse(self.url_name, args=[order.pk]),
        }
        return render(self.request, PANEL, context, status=status)


class ShipView(_GoodsView):
    """Sends goods of the order."""

    permission_required = permissions.SHIP
    url_name = "orders:ship"

    def form(self, order: Order, data: Any = None) -> Any:
        return ShipForm(data, initial={"address": order.delivery_address})

    def move(self, order: Order, parcels: list[Parcel], data: dict[str, Any]) -> str:
        lines = tuple(
            ParcelLine(line_id=one.line.pk, quantity=one.quantity, lot_id=one.lot_id)
            for one in parcels
            if one.quantity is not None
        )
        request_id = data.pop("request_id")
        new = NewShipment(lines=lines, **data)
        made = ship_order(order, new, actor=self.me, request_id=request_id)
        return _("Shipped: %(number)s") % {"number": made.number}


class ReturnView(_GoodsView):
    """Takes goods of the order back."""

    permission_required = permissions.RETURN
    is_return = True
    url_name = "orders:return"

    def form(self, order: Order, data: Any = None) -> Any:
        return ReturnForm(data)

    def move(self, order: Order, parcels: list[Parcel], data: dict[str, Any]) -> str:
        lines = [
            ReturnedLine(
                line_id=one.line.pk,
                quantity=one.quantity,
                is_restocked=one.is_restocked,
                lot_id=one.lot_id,
            )
            for one in parcels
            if one.quantity is not None
        ]
        made = take_return(
            order, lines, data["reason"], actor=self.me, request_id=data["request_id"]
        )
        return _("Taken back: %(number)s") % {"number": made.number}

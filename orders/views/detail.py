"""The page of an order: what was sold, where it is, what was paid. Every part is bounded."""

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy

from accounts.models import Activity
from accounts.permissions import VIEW_ACTIVITY
from accounts.words import verb_label
from crm_project.kit.htmx import redirect_to, wants_partial
from customers.masking import EMAIL, PHONE, VISIBLE, shown_phone
from orders import permissions
from orders.models import Order
from orders.services import copy_order, reaches
from orders.services.reads import MOST_SHOWN, line_figures, margin_of, newest_payments, next_steps

from .looks import ICONS, TONES, item_look, paid_percent, payment_look, stock_of, way_of
from .papers import papers_context
from .reach import OrderView

PANELS = "crm_project.wiring.order_panels"  # the table lies above this app
PAGE, BODY = "orders/order_detail.html", "orders/partials/order_body.html"
RECENT = 30  # entries of the log
SEES_MARGIN = "orders.margin"
WORDS = {  # what the button of a step says
    "in_progress": gettext_lazy("Begin work"),
    "ready": gettext_lazy("Mark ready"),
    "delivered": gettext_lazy("Mark delivered"),
    "installed": gettext_lazy("Mark installed"),
    "closed": gettext_lazy("Close the order"),
}


class OrderDetailView(OrderView):
    """The page; its body alone for HTMX, after something happened."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = self.order(pk)
        template = BODY if wants_partial(request) else PAGE
        return render(request, template, order_context(order, self.me))


def order_context(order: Order, user: Any) -> dict[str, Any]:
    """What the page shows: nine queries, whatever the order's history."""
    figures = line_figures(order)
    steps = next_steps(order, user, [one.line for one in figures])
    doors = {step.door for step in steps}
    stages = list(order.stages.select_related("actor"))
    dealings = _dealings(order)
    payments = [row.payment for row in dealings["payments"]]
    margin = margin_of(order, figures) if user.sees_field(SEES_MARGIN) == VISIBLE else None
    phone_mode = user.sees_field(PHONE)
    return {
        "order": order,
        "tone": TONES[Order.Status(order.status)],
        "icon_name": ICONS.get(Order.Status(order.status), "clock"),
        "payment": payment_look(order),
        "percent": paid_percent(order),
        "way": way_of(order, stages),
        "rows": [(one, *item_look(order, one)) for one in figures],
        "stocks": stock_of(order, figures),
        **dealings,
        **papers_context(order, user, payments=payments, shipments=dealings["shipments"]),
        "stages": stages,
        "margin": margin,
        "phone": shown_phone(order.customer.phone, phone_mode),
        "phone_link": order.customer.phone if phone_mode == VISIBLE else "",
        "email_link": order.customer.email if user.sees_field(EMAIL) == VISIBLE else "",
        "doors": doors,
        "advances": [(step.to, WORDS[step.to]) for step in steps if step.door == "advance"],
        "can": _may(order, user, doors),
        "owed_back": -order.balance,
        "less_discount": -order.discount,
        "copy_id": uuid4(),
        "panels": _panels(order, user),
        "can_see_log": user.has_perm(VIEW_ACTIVITY),
    }


def _dealings(order: Order) -> dict[str, Any]:
    """The newest payments, shipments and returns: a query each, none for a quote."""
    if order.confirmed_at is None:
        return {"payments": [], "shipments": [], "returns": []}
    return {
        "payments": newest_payments(order),
        "shipments": list(order.shipments.order_by("-pk")[:MOST_SHOWN]),
        "returns": list(order.returns.select_related("actor").order_by("-pk")[:MOST_SHOWN]),
    }


def _may(order: Order, user: Any, doors: set[str]) -> dict[str, bool]:
    is_sold = order.status in Order.SOLD
    can_change = reaches(user, permissions.CHANGE, order)
    is_open = order.is_editable or order.status in Order.UNDER_WAY
    return {
        "edit": order.is_editable and can_change,
        "send": reaches(user, permissions.SEND, order),
        "copy": user.has_perm(permissions.ADD),
        "pay": is_sold and order.balance > 0 and reaches(user, permissions.TAKE_PAYMENT, order),
        "refund": reaches(user, permissions.REFUND, order),
        "ship": "ship" in doors,
        "move": is_sold and reaches(user, permissions.SHIP, order),
        "take_back": "return" in doors,
        "cancel": "cancel" in doors,
        "assign": is_open and reaches(user, permissions.ASSIGN, order),
        "promise": is_open and can_change,
        "waits": order.is_editable
        and order.requires_inspection
        and order.inspection_cleared_at is None,
    }


def _panels(order: Order, user: Any) -> list[dict[str, Any]]:
    """What other apps show of the order; they name their addresses in the wiring."""
    found = import_string(PANELS)(user)
    return [
        {"title": one["title"], "url": reverse(one["url_name"], args=[order.pk])} for one in found
    ]


class NeighbourView(OrderView):
    """The order written before or after this one, among those that the reader sees."""

    def get(self, request: HttpRequest, pk: int, direction: str) -> HttpResponse:
        order = self.order(pk)
        rows = Order.objects.visible_to(self.me)
        if direction == "newer":
            near = rows.filter(created_at__gte=order.created_at).exclude(pk=pk)
            near = near.exclude(created_at=order.created_at, pk__lt=pk).order_by("created_at", "pk")
        else:
            near = rows.filter(created_at__lte=order.created_at).exclude(pk=pk)
            near = near.exclude(created_at=order.created_at, pk__gt=pk)
            near = near.order_by("-created_at", "-pk")
        return redirect(near.first() or order)


class OrderCopyView(OrderView):
    """A new quote with the same customer, items and prices."""

    permission_required = permissions.ADD
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            request_id = UUID(request.POST.get("request_id", ""))
        except ValueError as error:
            raise Http404 from error
        source = Order.objects.visible_to(self.me)
        order = copy_order(_one(source, pk), actor=self.me, request_id=request_id)
        may_change = reaches(self.me, permissions.CHANGE, order)
        url = reverse("orders:edit", args=[order.pk]) if may_change else order.get_absolute_url()
        return redirect_to(request, url)


def _one(rows: Any, pk: int) -> Order:
    found: Any = rows.select_related("customer", "owner", "branch", "warehouse").filter(pk=pk)
    order: Order | None = found.first()
    if order is None:
        raise Http404
    return order


class OrderActivityView(OrderView):
    """What the log says about this order, as far as the reader may read the log."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = self.order(pk)
        entries = Activity.objects.visible_to(self.me).about(order).select_related("actor")
        lines = [{"entry": entry, "what": verb_label(entry.verb)} for entry in entries[:RECENT]]
        return render(request, "orders/partials/order_activity.html", {"lines": lines})

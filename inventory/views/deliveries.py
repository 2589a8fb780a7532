"""Receiving a purchase order, whole or in parts."""

import uuid
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from crm_project.kit.errors import BusinessError
from crm_project.kit.text import strip_controls
from inventory import permissions, services
from inventory.forms.lines import KINDS, Line, entries_of
from inventory.models import PurchaseOrder, PurchaseOrderLine
from inventory.services import Delivered, Delivery

from .reach import InventoryView
from .transfers import read_uuid

PAGE = "inventory/purchase_receive.html"
TEXTS = ("quantity", "lot", "expires")


class PurchaseReceiveView(InventoryView):
    """What a supplier delivered, line by line; the rest of each line is proposed."""

    permission_required = permissions.MOVE_STOCK

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = self._order(pk)
        rows = [(line, _proposed(line)) for line in _open_lines(order)]
        return self._page(order, rows, "", 200)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = self._order(pk)
        rows = [(line, _written(line, request)) for line in _open_lines(order)]
        request_id = read_uuid(request.POST.get("request_id", ""))
        items = [item for line, text in rows for item in _delivered(line, text)]
        problem = ""
        if request_id and not any(text.problems for _line, text in rows):
            reference = strip_controls(request.POST.get("reference", ""))[:60]
            delivery = Delivery(items=items, request_id=request_id, reference=reference)
            try:
                services.receive_purchase(order, delivery, actor=self.me)
                messages.success(request, _("Received."))
                return redirect(order)
            except BusinessError as error:
                problem = str(error.message)
        return self._page(order, rows, problem or _("Correct what is marked."), 422)

    def _order(self, pk: int) -> PurchaseOrder:
        rows = self.reach(PurchaseOrder).select_related("supplier", "warehouse__branch")
        order: PurchaseOrder = self.row(rows, pk)
        return order

    def _page(
        self, order: PurchaseOrder, rows: list[Any], problem: str, status: int
    ) -> HttpResponse:
        known = read_uuid(self.request.POST.get("request_id", ""))
        context = {
            "order": order,
            "rows": rows,
            "problem": problem,
            "request_id": known or uuid.uuid4(),
            "reference": self.request.POST.get("reference", "")[:60],
        }
        return render(self.request, PAGE, context, status=status)


def _open_lines(order: PurchaseOrder) -> list[PurchaseOrderLine]:
    """All lines, also those that are complete: a double submit names them too."""
    return list(order.lines.select_related("product"))


def _proposed(line: PurchaseOrderLine) -> Line:
    rest = line.quantity - line.received
    return Line(product=line.product, quantity=f"{rest.normalize():f}")


def _written(line: PurchaseOrderLine, request: HttpRequest) -> Line:
    texts = {
        name: strip_controls(request.POST.get(f"{name}-{line.pk}", "")).strip()[:4000]
        for name in TEXTS
    }
    return Line(product=line.product, **{**texts, "quantity": texts["quantity"] or "0"})  # type: ignore[arg-type]


def _delivered(line: PurchaseOrderLine, text: Line) -> list[Delivered]:
    """What was written as deliveries, a serial number each; a line with 0 is left out."""
    if text.quantity in ("0", ""):
        return []
    return [
        Delivered(
            line_id=line.pk,
            quantity=entry.quantity,
            lot_number=entry.lot_number,
            expires_on=entry.expires_on,
        )
        for entry in entries_of([text], KINDS["receive"])
        if entry.quantity > Decimal(0)
    ]

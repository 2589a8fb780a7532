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
from inventory.forms.fields import read_id
from inventory.forms.lines import KINDS, Line, entries_of
from inventory.forms.receiving import Receiving
from inventory.models import PurchaseOrder, PurchaseOrderLine
from inventory.services import Delivered, Delivery

from .reach import InventoryView
from .transfers import read_uuid

PAGE = "inventory/purchase_receive.html"
LINES = "inventory/partials/receive_lines.html"
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
        return _order_of(self, pk)

    def _page(
        self, order: PurchaseOrder, rows: list[Any], problem: str, status: int
    ) -> HttpResponse:
        known = read_uuid(self.request.POST.get("request_id", ""))
        context = {
            "order": order,
            "rows": rows,
            "counting": Receiving(rows, is_counting=bool(self.request.POST.get("counting"))),
            "problem": problem,
            "request_id": known or uuid.uuid4(),
            "reference": self.request.POST.get("reference", "")[:60],
        }
        return render(self.request, PAGE, context, status=status)


class PurchaseScanView(InventoryView):
    """The lines with one more piece of what was scanned. Saves nothing."""

    permission_required = permissions.MOVE_STOCK

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = _order_of(self, pk)
        counting = Receiving(
            [(line, _written(line, request)) for line in _open_lines(order)],
            is_counting=bool(request.POST.get("counting")),
            waiting=read_id(request.POST.get("waiting", "")),
        )
        code = request.POST.get("code", "")[:200]
        if code.strip():
            counting.add(code)
        context = {"order": order, "rows": counting.in_order(), "counting": counting}
        return render(request, LINES, context)


def _order_of(view: InventoryView, pk: int) -> PurchaseOrder:
    rows = view.reach(PurchaseOrder).select_related("supplier", "warehouse__branch")
    order: PurchaseOrder = view.row(rows, pk)
    return order


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

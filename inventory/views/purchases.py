"""Purchase orders: list, form, page, ordered, cancelled."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm_project.kit.errors import BusinessError
from inventory import permissions, services
from inventory.costs import sees_cost
from inventory.filters import PurchaseFilter
from inventory.forms.documents import PurchaseForm
from inventory.forms.lines import Line, has_problems, purchase_lines_of, read_lines
from inventory.models import Product, PurchaseOrder
from inventory.services import PurchaseDraft

from .entry import first_lines, lines_context
from .reach import InventoryView, add_refusal
from .tables import Head, StockTable

PAGE, FORM = "inventory/purchase.html", "inventory/entry.html"
Status = PurchaseOrder.Status


class PurchaseListView(StockTable):
    """Purchase orders for the reader's warehouses."""

    permission_required = permissions.VIEW_PURCHASE
    queryset = PurchaseOrder.objects.select_related("supplier", "warehouse")
    filterset_class = PurchaseFilter
    orders = {"newest": ("-id",)}
    page_name = "inventory:purchases"
    title = gettext_lazy("Purchase orders")
    find_hint = gettext_lazy("Number")
    all_label = gettext_lazy("All orders")
    row_template = "inventory/partials/purchase_row.html"
    actions_template = "inventory/partials/purchase_actions.html"
    empty_icon = "truck-delivery"
    empty_title = gettext_lazy("No purchase orders here")
    empty_text = gettext_lazy("Order from a supplier, or let the low-stock list write the orders.")
    live_topic = "purchases-changed"
    heads = (
        Head("number", gettext_lazy("Number")),
        Head("supplier", gettext_lazy("Supplier"), css="hide-m"),
        Head("warehouse", gettext_lazy("Warehouse"), css="hide-m"),
        Head("status", gettext_lazy("Status")),
        Head("expected", gettext_lazy("Expected"), css="hide-m"),
        Head("total", gettext_lazy("Total"), css="n"),
    )

    def shown_heads(self) -> list[Head]:
        """Without the total for those who see no costs."""
        return [head for head in self.heads if head.key != "total" or sees_cost(self.me)]


class PurchaseView(InventoryView):
    """One purchase order with its lines and deliveries."""

    permission_required = permissions.VIEW_PURCHASE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = self.row(
            self.reach(PurchaseOrder).select_related("supplier", "warehouse__branch"), pk
        )
        return render(request, PAGE, self._context(order))

    def _context(self, order: PurchaseOrder) -> dict[str, Any]:
        lines = [
            {
                "line": line,
                "rest": line.quantity - line.received,
                "total": line.quantity * line.unit_cost,
            }
            for line in order.lines.select_related("product")
        ]
        changeable = PurchaseOrder.objects.visible_to(self.me, permissions.CHANGE_PURCHASE)
        receivable = PurchaseOrder.objects.visible_to(self.me, permissions.MOVE_STOCK)
        may_change = changeable.filter(pk=order.pk).exists()
        may_receive = receivable.filter(pk=order.pk).exists()
        return {
            "order": order,
            "lines": lines,
            "receipts": order.receipts.select_related("actor")[:20],
            "sees_cost": self.sees_cost,
            "can_edit": may_change and order.status == Status.DRAFT,
            "can_cancel": may_change
            and order.status in (Status.DRAFT, Status.ORDERED, Status.PARTIAL),
            "can_receive": may_receive and order.status in (Status.ORDERED, Status.PARTIAL),
        }


class PurchaseFormView(InventoryView):
    """Writes a purchase order, or rewrites a draft."""

    permission_required = permissions.CHANGE_PURCHASE

    def get(self, request: HttpRequest, pk: int = 0) -> HttpResponse:
        order = self._order(pk)
        lines = _lines_of(order) if order else first_lines(request, "purchase", self.me)
        return self._page(self._form(order), lines, order, 200)

    def post(self, request: HttpRequest, pk: int = 0) -> HttpResponse:
        order = self._order(pk)
        form = self._form(order, request.POST)
        lines = read_lines(request.POST, Product.objects.visible_to(self.me))
        written = purchase_lines_of(lines)
        if form.is_valid() and not has_problems(lines):
            data = dict(form.cleaned_data)
            request_id, version = data.pop("request_id"), data.pop("version")
            draft = PurchaseDraft(lines=written, **data)
            try:
                if order:
                    saved = services.update_purchase(order, draft, actor=self.me, version=version)
                else:
                    saved = services.create_purchase(draft, request_id=request_id, actor=self.me)
                return redirect(saved)
            except BusinessError as error:
                add_refusal(form, error)
        return self._page(form, lines, order, 422)

    def _order(self, pk: int) -> PurchaseOrder | None:
        return self.row(self.reach(PurchaseOrder), pk) if pk else None

    def _form(self, order: PurchaseOrder | None, data: Any = None) -> PurchaseForm:
        return PurchaseForm(data, editor=self.me, order=order)

    def _page(
        self, form: PurchaseForm, lines: list[Line], order: PurchaseOrder | None, status: int
    ) -> HttpResponse:
        context = {
            "form": form,
            "order": order,
            "title": order.number if order else _("New purchase order"),
            "submit": _("Save"),
            **lines_context(self.me, "purchase", lines, 0),
        }
        return render(self.request, FORM, context, status=status)


def _lines_of(order: PurchaseOrder) -> list[Line]:
    return [
        Line(
            product=line.product,
            quantity=f"{line.quantity.normalize():f}",
            cost=f"{line.unit_cost.normalize():f}",
        )
        for line in order.lines.select_related("product")
    ]


class PurchaseStepView(InventoryView):
    """Orders or cancels; `step` says which."""

    permission_required = permissions.CHANGE_PURCHASE
    step = "order"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = self.row(self.reach(PurchaseOrder), pk)
        try:
            if self.step == "order":
                services.order_purchase(order, actor=self.me)
                messages.success(request, _("Ordered."))
            else:
                services.cancel_purchase(order, actor=self.me)
                messages.success(request, _("Nothing more will come of this order."))
        except BusinessError as error:
            messages.error(request, str(error.message))
        return redirect(order)

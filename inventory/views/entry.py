"""Receiving, issuing, adjusting and transferring: a head, a barcode field, and lines."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm_project.kit.errors import BusinessError
from crm_project.kit.text import whole_number
from inventory import permissions, services
from inventory.costs import sees_cost
from inventory.finding import Scanned, pick, scan
from inventory.forms.documents import EntryForm, TransferForm
from inventory.forms.fields import read_id
from inventory.forms.lines import (
    KINDS,
    MOST_LINES,
    Line,
    add_scanned,
    entries_of,
    has_problems,
    read_lines,
)
from inventory.models import Inventory, Product, Warehouse
from inventory.services import NewTransfer, Sheet

from .reach import InventoryView, add_refusal

PAGE = "inventory/entry.html"
LINES = "inventory/partials/entry_lines.html"


@dataclass(frozen=True)
class Doing:
    """One of the pages that move stock in one warehouse."""

    title: Any
    submit: Any
    said: Any
    permission: str
    book: Callable[..., Any]
    needs_reason: bool = True


DOINGS = {
    "receive": Doing(
        gettext_lazy("Receive goods"),
        gettext_lazy("Receive"),
        gettext_lazy("Received."),
        permissions.MOVE_STOCK,
        services.receive_stock,
        needs_reason=False,
    ),
    "issue": Doing(
        gettext_lazy("Issue goods"),
        gettext_lazy("Issue"),
        gettext_lazy("Issued."),
        permissions.MOVE_STOCK,
        services.issue_stock,
    ),
    "adjust": Doing(
        gettext_lazy("Adjust stock"),
        gettext_lazy("Adjust"),
        gettext_lazy("Adjusted."),
        permissions.COUNT_STOCK,
        services.adjust_stock,
    ),
}


class EntryView(InventoryView):
    """Receives, issues or adjusts; `doing` says which."""

    doing = "receive"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(self._form(), first_lines(request, self.doing, self.me), 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        doing, kind = DOINGS[self.doing], KINDS[self.doing]
        kind = kind if self.sees_cost else replace(kind, has_cost=False)
        form = self._form(request.POST)
        lines = read_lines(request.POST, Product.objects.visible_to(self.me))
        entries = entries_of(lines, kind)
        if form.is_valid() and not has_problems(lines):
            data = form.cleaned_data
            try:
                doing.book(Sheet(entries=entries, **data), actor=self.me)
                messages.success(request, doing.said)
                return redirect("inventory:home")
            except BusinessError as error:
                add_refusal(form, error)
        return self._page(form, lines, 422)

    def _form(self, data: Any = None) -> EntryForm:
        doing = DOINGS[self.doing]
        return EntryForm(
            data, editor=self.me, permission=doing.permission, needs_reason=doing.needs_reason
        )

    def _page(self, form: EntryForm, lines: list[Line], status: int) -> HttpResponse:
        doing = DOINGS[self.doing]
        context = {
            "form": form,
            "title": doing.title,
            "submit": doing.submit,
            **lines_context(self.me, self.doing, lines, _place(form["warehouse"].value())),
        }
        return render(self.request, PAGE, context, status=status)


class TransferNewView(InventoryView):
    """Writes a transfer between two warehouses."""

    permission_required = permissions.MOVE_STOCK

    def get(self, request: HttpRequest) -> HttpResponse:
        lines = first_lines(request, "transfer", self.me)
        return self._page(TransferForm(editor=self.me), lines, 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TransferForm(request.POST, editor=self.me)
        lines = read_lines(request.POST, Product.objects.visible_to(self.me))
        entries = entries_of(lines, KINDS["transfer"])
        if form.is_valid() and not has_problems(lines):
            try:
                new = NewTransfer(entries=entries, **form.cleaned_data)
                return redirect(services.create_transfer(new, actor=self.me))
            except BusinessError as error:
                add_refusal(form, error)
        return self._page(form, lines, 422)

    def _page(self, form: TransferForm, lines: list[Line], status: int) -> HttpResponse:
        context = {
            "form": form,
            "title": _("New transfer"),
            "submit": _("Write the transfer"),
            **lines_context(self.me, "transfer", lines, _place(form["origin"].value())),
        }
        return render(self.request, PAGE, context, status=status)


class LinesView(InventoryView):
    """The lines with one more piece of what was scanned, or with one line less. Saves nothing."""

    permission_required = permissions.VIEW_PRODUCT

    def post(self, request: HttpRequest, kind: str) -> HttpResponse:
        if kind not in KINDS:
            raise Http404
        lines = read_lines(request.POST, Product.objects.visible_to(self.me))
        code = request.POST.get("code", "")[:200]
        note, is_problem = "", False
        place = _place(request.POST.get("warehouse") or request.POST.get("origin"))
        if (drop := whole_number(request.GET.get("drop", ""))) is not None:
            del lines[drop : drop + 1]
        elif code.strip():
            note, is_problem = self._add(lines, code, kind)
        context = lines_context(self.me, kind, lines, place)
        return render(request, LINES, {**context, "note": note, "is_problem": is_problem})

    def _add(self, lines: list[Line], code: str, kind: str) -> tuple[str, bool]:
        found = scan(code) or self._only_match(code)
        if found is None:
            return _("No product with the code %(code)s.") % {"code": code[:60]}, True
        if not found.product.is_stocked:
            return _("This is a service: it has no stock."), True
        if len(lines) >= MOST_LINES:
            return _("Three hundred lines are the most for one document."), True
        cost = _proposed_cost(found.product, kind, self.me)
        add_scanned(lines, found, cost=cost)
        return found.product.name, False

    def _only_match(self, words: str) -> Scanned | None:
        """The one product that the words fit."""
        products = Product.objects.visible_to(self.me).active()
        found = pick(products, words, limit=2)
        return Scanned(found[0]) if len(found) == 1 else None


def first_lines(request: HttpRequest, kind: str, user: Any) -> list[Line]:
    """The product that a link brings along, as ?product=…"""
    asked = whole_number(request.GET.get("product", ""))
    product = Product.objects.visible_to(user).filter(pk=asked).first() if asked else None
    if product is None or not product.is_stocked:
        return []
    return [Line(product=product, cost=_proposed_cost(product, kind, user))]


def _proposed_cost(product: Product, kind: str, user: Any) -> str:
    """The standard cost of what comes in, where it can only be in the currency of the document.

    "" leaves it to the booking, which exchanges it, or asks what the supplier wants.
    """
    if kind != "receive" or not sees_cost(user):
        return ""
    currencies = Warehouse.objects.order_by().values_list("branch__currency", flat=True).distinct()
    is_one = set(currencies) <= {product.currency}
    return f"{product.cost.normalize():f}" if is_one else ""


def lines_context(user: Any, kind: str, lines: list[Line], place: int) -> dict[str, Any]:
    """What the lines' template shows, with what is available in the chosen warehouse."""
    if place and lines:
        stocks = Inventory.objects.visible_to(user).filter(
            warehouse_id=place, product__in=[line.product for line in lines]
        )
        known = dict(stocks.values_list("product_id", "available"))
        for line in lines:
            line.available = known.get(line.product.pk)
    return {
        "kind": KINDS[kind],
        "lines": lines,
        "shows_cost": KINDS[kind].has_cost and sees_cost(user),
    }


def _place(value: Any) -> int:
    return read_id(str(value or ""))


def entry_of(doing: str) -> Any:
    """Return the view of one kind of entry, under that kind's permission."""
    return EntryView.as_view(doing=doing, permission_required=DOINGS[doing].permission)

"""Writing an order with the keyboard: a new one, a quote that changes, a draft that comes back."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm_project.kit.errors import BusinessError
from crm_project.kit.htmx import redirect_to, trigger, wants_partial
from crm_project.kit.text import whole_number
from inventory.errors import InsufficientStock
from inventory.models import Product
from orders import permissions
from orders.errors import OrderChangedMeanwhile, WrongState
from orders.forms import EntryLine, OrderForm, inputs_of, offer_places, read_lines
from orders.forms.entry_lines import put_problem
from orders.models import Order
from orders.services import (
    OrderInput,
    PricedOrder,
    change_quote,
    confirm_order,
    write_quote,
)

from .customer_card import card_of
from .reach import OrderView

PAGE, FORM = "orders/order_entry.html", "orders/partials/entry_form.html"
CONFIRM, QUOTE, DRAFT = "confirm", "quote", "draft"


@dataclass
class Sheet:
    """The page's form with its items, and what they come to."""

    form: OrderForm
    lines: list[EntryLine]
    order: Order | None = None
    priced: PricedOrder | None = None
    problem: str = ""

    @property
    def has_problems(self) -> bool:
        """An item has to be corrected."""
        return any(line.problems for line in self.lines)

    def input(self) -> OrderInput:
        """The order as an input. Errors: those of price_order()."""
        return self.form.wanted(inputs_of(self.lines))

    def add_up(self) -> None:
        """Price it as far as it goes; what is wrong stands in `problem`."""
        inputs = inputs_of(self.lines)
        if not inputs or self.has_problems:
            self.problem = _("Correct the marked items.") if inputs else ""
            return
        try:
            self.priced = self.form.priced(self.form.wanted(inputs))
        except BusinessError as error:
            self.problem = str(error.message)
            self.refuse(error)
            return
        for line, part in zip(self.lines, self.priced.totals.lines, strict=True):
            line.total, line.currency = part.net, self.priced.currency

    def add_up_as_saved(self) -> None:
        """Price the quote as it is, before anything was submitted."""
        assert self.order is not None  # only a quote has been saved
        self.form.cleaned_data = {**self.form.initial, "warehouse": self.order.warehouse}
        self.form.cleaned_data["discount"] = self.order.discount
        self.add_up()

    def refuse(self, error: BusinessError) -> None:
        """Leave a refusal at its item, at its field, or above the form."""
        words = str(error.message)
        if put_problem(self.lines, error.field or "", words):
            return
        short = [line for line in self.lines if line.product.pk == getattr(error, "product_id", 0)]
        for line in short:
            line.problems["quantity"] = words
        if isinstance(error, InsufficientStock) and not error.field:
            self.form.add_error(None, words)
        elif not short:
            known = error.field if error.field in self.form.fields else None
            self.form.add_error(known, words)


class EntryView(OrderView):
    """What writing and changing share."""

    permission_required = permissions.ADD

    def quote(self, pk: int) -> Order:
        """Return a quote with its items, ready to be changed. Raises Http404."""
        order = self.order(pk)
        prefetch_related_objects([order], "lines__product")
        return order

    def sheet(self, data: Any, order: Order | None) -> Sheet:
        """The submitted page."""
        form = OrderForm(data, editor=self.me, order=order)
        lines = read_lines(data, products=Product.objects.visible_to(self.me), order=order)
        return Sheet(form=form, lines=lines, order=order)

    def page(self, sheet: Sheet, *, status: int = 200) -> HttpResponse:
        """The form: alone for HTMX, else the page around it."""
        offer_places(sheet.lines, sheet.form.places)
        template = FORM if wants_partial(self.request) else PAGE
        context = {"sheet": sheet, **self.surroundings(sheet)}
        return render(self.request, template, context, status=status)

    def surroundings(self, sheet: Sheet) -> dict[str, Any]:
        """What stands around the items."""
        order, form = sheet.order, sheet.form
        url = reverse("orders:edit", args=[order.pk]) if order else reverse("orders:new")
        base = f"madar.order.{self.me.pk}"
        draft = f"{base}.{order.pk}.{order.version}" if order else f"{base}.new"
        return {
            "form": form,
            "order": order,
            "lines": sheet.lines,
            "priced": sheet.priced,
            "url": url,
            "draft": draft,
            "draft_url": reverse("orders:entry_draft") + (f"?order={order.pk}" if order else ""),
            "customer_card": card_of(_chosen(form), self.me),
            "customer_problem": form.errors.get("customer") if form.is_bound else None,
            "delivery_address": form["delivery_address"].value() or "",
            "presets": _presets(),
            "can_confirm": self.me.has_perm(permissions.CHANGE),
        }

    def save(self, request: HttpRequest, order: Order | None) -> HttpResponse:
        """Write what was submitted, all of it or nothing; refusals come back with the form."""
        sheet = self.sheet(request.POST, order)
        asked = request.POST.get("do", DRAFT)
        if sheet.form.is_valid():
            inputs_of(sheet.lines)
            if not sheet.has_problems:
                try:
                    return self._answer(request, self._write(sheet, asked), asked)
                except OrderChangedMeanwhile as error:
                    self._on_top(sheet, error)
                except BusinessError as error:
                    sheet.refuse(error)
        if not sheet.has_problems and not sheet.form.errors.get("discount"):
            sheet.add_up()
        return self.page(sheet, status=422)

    @transaction.atomic
    def _write(self, sheet: Sheet, asked: str) -> Order:
        wanted, request_id = sheet.input(), sheet.form.cleaned_data["request_id"]
        if sheet.order:
            version = sheet.form.cleaned_data["version"]
            saved = change_quote(sheet.order, wanted, actor=self.me, version=version)
        elif known := self._written_before(request_id):
            saved = change_quote(known, wanted, actor=self.me, version=known.version)
        else:
            saved = write_quote(wanted, actor=self.me, request_id=request_id)
        return confirm_order(saved, actor=self.me) if asked == CONFIRM else saved

    def _written_before(self, request_id: Any) -> Order | None:
        """The quote of this very form, when its first answer was lost on the way."""
        if request_id is None:
            return None
        mine = Order.objects.visible_to(self.me, permissions.CHANGE)
        known: Any = mine.filter(request_id=request_id).first()
        return known if known and known.is_editable else None

    def _answer(self, request: HttpRequest, order: Order, asked: str) -> HttpResponse:
        page = order.get_absolute_url()
        if asked == CONFIRM:
            messages.success(
                request, _("Order %(number)s is confirmed.") % {"number": order.number}
            )
            return redirect_to(request, page)
        messages.success(request, _("Quote %(number)s is saved.") % {"number": order.number})
        if asked == QUOTE and wants_partial(request):
            pdf = reverse("orders:document", args=[order.pk, "quote"])
            answer = HttpResponse(status=204)
            return trigger(answer, **{"quote-saved": {"document": pdf, "page": page}})
        may_change = asked == DRAFT and self.me.has_perm(permissions.CHANGE)
        return redirect_to(request, reverse("orders:edit", args=[order.pk]) if may_change else page)

    def _on_top(self, sheet: Sheet, error: OrderChangedMeanwhile) -> None:
        """Keep what was written; the next save goes on top of what others changed."""
        sheet.form.add_error(None, str(error.message))
        if sheet.order:
            data: Any = self.request.POST.copy()
            newest = Order.objects.filter(pk=sheet.order.pk).values_list("version", flat=True)
            data["version"] = str(newest.first() or sheet.order.version)
            sheet.form.data = data


class OrderNewView(EntryView):
    """A new order. `?customer=` chooses the customer."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = OrderForm(editor=self.me)
        if customer := whole_number(request.GET.get("customer", "")):
            form.begin_with(customer)
        return self.page(Sheet(form=form, lines=[]))

    def post(self, request: HttpRequest) -> HttpResponse:
        return self.save(request, None)


class OrderEditView(EntryView):
    """Changes a quote."""

    permission_required = permissions.CHANGE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = self.quote(pk)
        if not order.is_editable:
            return redirect(order)
        sheet = Sheet(form=OrderForm(editor=self.me, order=order), lines=[], order=order)
        sheet.lines = [EntryLine.of_line(line) for line in order.lines.all()]
        sheet.add_up_as_saved()
        return self.page(sheet)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = self.quote(pk)
        if order.is_editable:
            return self.save(request, order)
        if request.POST.get("do") != CONFIRM or order.status == Order.Status.CANCELLED:
            raise WrongState
        return redirect_to(request, order.get_absolute_url())  # confirmed by the first click


class EntryDraftView(EntryView):
    """The form again from what the browser had kept. Saves nothing."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        asked = whole_number(request.GET.get("order", ""))
        order = self.quote(asked) if asked else None
        sheet = self.sheet(request.POST, order)
        sheet.form.is_valid()
        sheet.add_up()
        sheet.form.errors.clear()
        for line in sheet.lines:
            line.problems.clear()
        return self.page(sheet)


def _presets() -> list[tuple[str, str]]:
    """Promised dates at a touch: words, day."""
    today = timezone.localdate()
    offers = [
        (1, _("Tomorrow")),
        (3, _("In three days")),
        (7, _("In a week")),
        (14, _("In two weeks")),
    ]
    return [(words, (today + timedelta(days=days)).isoformat()) for days, words in offers]


def _chosen(form: OrderForm) -> Any:
    """The customer of the form: what was submitted, else what it starts with."""
    if not form.is_bound:
        return form.initial.get("customer")
    if hasattr(form, "cleaned_data") and form.cleaned_data.get("customer"):
        return form.cleaned_data["customer"]
    return None

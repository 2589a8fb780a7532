"""The head of an order while it is written: customer, warehouse, dates, discount, words."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from crm_project.kit.money import round_money
from customers.models import Customer
from inventory.models import Warehouse
from orders.errors import BadFigure
from orders.models import Order
from orders.services import LineInput, OrderInput, PricedOrder, price_order, totals_of

from .fields import DayField, FigureField, HiddenUUID, TextField, bare

AMOUNT, PERCENT = "amount", "percent"
_TEXTS = ("delivery_address", "note", "terms")


class OrderForm(forms.Form):
    """A new quote, or the change of one. The lines come beside it: entry_lines.py."""

    customer = forms.ModelChoiceField(
        label=_("Customer"),
        queryset=Customer.objects.none(),
        widget=forms.HiddenInput,
        error_messages={"required": _("Choose a customer.")},
    )
    warehouse = forms.TypedChoiceField(label=_("Warehouse"), required=False, empty_value=None)
    channel = forms.ChoiceField(label=_("Channel"), choices=Order.Channel.choices, required=False)
    promised_on = DayField(label=_("Promised date"), required=False)
    requires_inspection = forms.BooleanField(label=_("Needs an inspection first"), required=False)
    discount = FigureField(label=_("Order discount"), required=False)
    discount_kind = forms.ChoiceField(
        choices=[(PERCENT, "%"), (AMOUNT, _("Amount"))], required=False
    )
    delivery_address = TextField(label=_("Delivery address"), max_length=300, required=False)
    valid_until = DayField(label=_("Quote valid until"), required=False)
    note = TextField(
        label=_("Notes"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(
            attrs={"rows": 2, "dir": "auto", "placeholder": _("For the team, not the customer.")}
        ),
    )
    terms = TextField(
        label=_("Terms on the quote"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    request_id = HiddenUUID(required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, editor: User, order: Order | None = None, **kwargs: Any) -> None:
        start = _start_of(order) if order else {"request_id": uuid4(), "discount_kind": PERCENT}
        kwargs["initial"] = {**start, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.editor, self.order = editor, order
        self.places: list[Warehouse] = list(warehouses_of(editor))
        known = {str(place.pk): place for place in self.places}
        field: Any = self.fields["warehouse"]
        field.choices = [(pk, place.name) for pk, place in known.items()]
        field.coerce = known.__getitem__
        customers: Any = self.fields["customer"]
        customers.queryset = Customer.objects.visible_to(editor).select_related(
            "branch", "category"
        )
        if order is None and not self.initial.get("warehouse"):
            self.initial["warehouse"] = next((place.pk for place in self.places), None)

    def begin_with(self, customer_pk: int) -> None:
        """Start with a customer, their address and a warehouse of their branch."""
        customers: Any = self.fields["customer"]
        customer = customers.queryset.filter(pk=customer_pk).first()
        if customer is None:
            return
        near = (place.pk for place in self.places if place.branch_id == customer.branch_id)
        self.initial["customer"] = customer
        self.initial["delivery_address"] = customer.address
        self.initial["warehouse"] = next(near, self.initial.get("warehouse"))

    def wanted(self, lines: list[LineInput]) -> OrderInput:
        """The order as an input, with its discount as an amount.

        Needs a valid form, or one that lacks only its customer (for totals while it is written).
        Errors: those of price_order().
        """
        data = self.cleaned_data
        customer = data.get("customer")
        plain = OrderInput(
            customer=customer or self._anybody(),
            lines=tuple(lines),
            branch=self.order.branch if self.order else None,
            currency=self.order.currency if self.order else None,
            warehouse=data.get("warehouse"),
            channel=data.get("channel") or Order.Channel.OTHER,
            promised_on=data.get("promised_on"),
            valid_until=data.get("valid_until"),
            requires_inspection=data.get("requires_inspection", False),
            **{name: data.get(name, "") for name in _TEXTS},
        )
        discount = data.get("discount") or Decimal(0)
        if discount and data.get("discount_kind") == PERCENT:
            discount = self._share(plain, discount)
        return replace(plain, discount=discount)

    def priced(self, wanted: OrderInput) -> PricedOrder:
        """What it comes to. Errors: those of price_order()."""
        if self.order is None:
            return price_order(wanted, actor=self.editor)
        kept = frozenset(line.product_id for line in self.order.lines.all())
        return price_order(
            wanted, actor=self.editor, kept_products=kept, kept_currency=self.order.currency
        )

    def _share(self, plain: OrderInput, percent: Decimal) -> Decimal:
        if not percent.is_finite() or not 0 <= percent <= 100:
            raise BadFigure(field="discount")
        priced = self.priced(plain)
        subtotal = totals_of(priced.lines, Decimal(0), priced.currency).subtotal
        return round_money(subtotal * percent / 100, priced.currency)

    def _anybody(self) -> Customer:
        """Whoever it will be: prices need a branch and a language, no more."""
        place = self.cleaned_data.get("warehouse") or next(iter(self.places), None)
        branch = self.editor.branch or (place.branch if place else None)
        if branch is None:
            raise BadFigure(_("Choose a customer."), field="customer")
        return Customer(branch=branch, language=(get_language() or "ar")[:2])


def warehouses_of(editor: User) -> Any:
    """The warehouses that the person may sell from, as price_order() allows them."""
    rows = Warehouse.objects.filter(is_active=True).select_related("branch").order_by("code")
    return rows if editor.is_company_wide else rows.filter(branch=editor.branch_id)


def _start_of(order: Order) -> dict[str, Any]:
    names = ("customer", "channel", "promised_on", "valid_until", "version")
    start: dict[str, Any] = {"warehouse": order.warehouse_id}
    start |= {name: getattr(order, name) for name in (*names, "requires_inspection", *_TEXTS)}
    return {
        **start,
        "discount": bare(order.discount) if order.discount else "",
        "discount_kind": AMOUNT,
    }

"""The filters of orders and payments: one FilterSet each for the page, the API and the export."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.filters import PersonFilter
from accounts.models import Branch, User
from crm_project.kit.filters import ListFilterSet, midnight, next_midnight, visible
from customers.models import Customer

from .clock import branch_today
from .finding import find
from .models import Order, Payment

MOST_CHARACTERS = 200
DAY = {"type": "date"}
MOST_AMOUNT = Decimal(10) ** 13
NOT_OWED = ("quote", "cancelled", "returned")  # states in which nothing is owed

# The tabs of the list: what each holds.
GROUPS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "quotes": (_("Quotes"), (Order.Status.QUOTE,)),
    "open": (_("Under way"), Order.UNDER_WAY),
    "done": (_("Done"), (Order.Status.INSTALLED, Order.Status.CLOSED)),
    "ended": (_("Cancelled and returned"), (Order.Status.CANCELLED, Order.Status.RETURNED)),
}


def _by_id(label: Any, model: Any, **more: Any) -> Any:
    """One record by its id; never drawn as a list of choices, which could be a million."""
    hidden = forms.HiddenInput()
    return django_filters.ModelChoiceFilter(
        label=label, queryset=visible(model), widget=hidden, **more
    )


def _day(label: Any, method: str) -> Any:
    widget = forms.DateInput(attrs=DAY)
    return django_filters.DateFilter(label=label, method=method, widget=widget)


def _amount(label: Any, lookup: str) -> Any:
    return django_filters.NumberFilter(
        label=label, field_name="total", lookup_expr=lookup, min_value=0, max_value=MOST_AMOUNT
    )


class OrderFilter(ListFilterSet):
    """Orders by words, state, people, money and dates."""

    no_chips = ListFilterSet.no_chips | {"group"}

    q = django_filters.CharFilter(label=_("Search"), method="by_words", max_length=MOST_CHARACTERS)
    group = django_filters.ChoiceFilter(
        label=_("Group"),
        method="by_group",
        choices=[(name, label) for name, (label, _statuses) in GROUPS.items()],
    )
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Order.Status.choices)
    owner = PersonFilter(label=_("Responsible"), queryset=visible(User))
    branch = django_filters.ModelChoiceFilter(label=_("Branch"), queryset=visible(Branch))
    customer = _by_id(_("Customer"), Customer)
    channel = django_filters.ChoiceFilter(label=_("Channel"), choices=Order.Channel.choices)
    overdue = django_filters.BooleanFilter(label=_("Overdue"), method="by_delay")
    unpaid = django_filters.BooleanFilter(label=_("Unpaid"), method="by_balance")
    promised_from = _day(_("Promised from"), "promised_since")
    promised_to = _day(_("Promised until"), "promised_until")
    created_from = _day(_("Created from"), "created_since")
    created_to = _day(_("Created until"), "created_until")
    total_min = _amount(_("Total from"), "gte")
    total_max = _amount(_("Total up to"), "lte")

    class Meta:
        model = Order
        fields: list[str] = []

    def by_words(self, rows: QuerySet[Order], _name: str, words: str) -> QuerySet[Order]:
        """Number, customer in any spelling, phone in any writing."""
        return find(rows, words, user=self.request.user)

    def by_group(self, rows: QuerySet[Order], _name: str, group: str) -> QuerySet[Order]:
        """The states of a tab."""
        return rows.filter(status__in=GROUPS[group][1])

    def by_delay(self, rows: QuerySet[Order], _name: str, wanted: bool) -> QuerySet[Order]:
        """Promised for a day that has passed and not delivered, or all the others."""
        late = Q(status__in=Order.AWAITED, promised_on__lt=branch_today())
        return rows.filter(late) if wanted else rows.exclude(late)

    def by_balance(self, rows: QuerySet[Order], _name: str, wanted: bool) -> QuerySet[Order]:
        """With something still owed, or all the others."""
        owed = Q(balance__gt=0) & ~Q(status__in=NOT_OWED)
        return rows.filter(owed) if wanted else rows.exclude(owed)

    def promised_since(self, rows: QuerySet[Order], _name: str, day: date) -> QuerySet[Order]:
        """Promised for this day or later."""
        return rows.filter(promised_on__gte=day)

    def promised_until(self, rows: QuerySet[Order], _name: str, day: date) -> QuerySet[Order]:
        """Promised for this day or earlier."""
        return rows.filter(promised_on__lte=day)

    def created_since(self, rows: QuerySet[Order], _name: str, day: date) -> QuerySet[Order]:
        """Created on this day or later."""
        return rows.filter(created_at__gte=midnight(day))

    def created_until(self, rows: QuerySet[Order], _name: str, day: date) -> QuerySet[Order]:
        """Created on this day or earlier."""
        return rows.filter(created_at__lt=next_midnight(day))


class OrderApiFilter(OrderFilter):
    """The same filters for programs, where words are called `search` as everywhere in the API."""

    search = django_filters.CharFilter(
        label=_("Search"), method="by_words", max_length=MOST_CHARACTERS
    )


class PaymentFilter(ListFilterSet):
    """Payments by order, method and day."""

    order = _by_id(_("Order"), Order)
    method = django_filters.ChoiceFilter(label=_("Method"), choices=Payment.Method.choices)
    refund = django_filters.BooleanFilter(label=_("Refund"), method="by_direction")
    from_day = _day(_("From"), "since")
    to_day = _day(_("Until"), "until")

    class Meta:
        model = Payment
        fields: list[str] = []

    def by_direction(self, rows: QuerySet[Payment], _name: str, wanted: bool) -> QuerySet[Payment]:
        """Money that went back, or that came in."""
        return rows.filter(amount__lt=0) if wanted else rows.filter(amount__gt=0)

    def since(self, rows: QuerySet[Payment], _name: str, day: date) -> QuerySet[Payment]:
        """On this day or later."""
        return rows.filter(at__gte=midnight(day))

    def until(self, rows: QuerySet[Payment], _name: str, day: date) -> QuerySet[Payment]:
        """On this day or earlier."""
        return rows.filter(at__lt=next_midnight(day))

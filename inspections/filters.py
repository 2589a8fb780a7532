"""The filters of inspections: one FilterSet for the page, the API and the export."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.filters import PersonFilter
from accounts.models import Branch, User
from crm_project.kit.filters import ListFilterSet, visible
from crm_project.kit.search import search_q
from customers.models import Customer
from orders.models import Order

from .models import Inspection, InspectionType

MOST_CHARACTERS = 200
DATE = {"type": "date"}
_FIRST, _LAST = date(1900, 1, 1), date(9000, 1, 1)  # days with a clock


class _HiddenChoice(django_filters.ModelChoiceFilter):  # type: ignore[misc]
    """Chosen by a link, not from a list of thousands."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, widget=forms.HiddenInput, **kwargs)


class InspectionFilter(ListFilterSet):
    """Inspections by words, state, people, place and time."""

    q = django_filters.CharFilter(label=_("Search"), method="by_words", max_length=MOST_CHARACTERS)
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Inspection.Status.choices)
    type = django_filters.ModelChoiceFilter(label=_("Type"), queryset=visible(InspectionType))
    inspector = PersonFilter(label=_("Inspector"), queryset=visible(User))
    owner = PersonFilter(label=_("Asked by"), queryset=visible(User))
    branch = django_filters.ModelChoiceFilter(label=_("Branch"), queryset=visible(Branch))
    outcome = django_filters.ChoiceFilter(label=_("Outcome"), choices=Inspection.Outcome.choices)
    is_urgent = django_filters.BooleanFilter(label=_("Urgent"))
    district = django_filters.CharFilter(
        label=_("District"), lookup_expr="exact", max_length=MOST_CHARACTERS
    )
    starts_from = django_filters.DateFilter(
        label=_("Visit from"), method="from_day", widget=forms.DateInput(attrs=DATE)
    )
    starts_to = django_filters.DateFilter(
        label=_("Visit until"), method="to_day", widget=forms.DateInput(attrs=DATE)
    )
    customer = _HiddenChoice(label=_("Customer"), queryset=visible(Customer))
    for_order = _HiddenChoice(  # "order" says how a list is sorted
        label=_("Order"), field_name="order", queryset=visible(Order)
    )

    class Meta:
        model = Inspection
        fields: list[str] = []

    def by_words(self, rows: QuerySet[Inspection], _name: str, words: str) -> QuerySet[Inspection]:
        """Number, customer, address or district hold every word."""
        return rows.filter(search_q("search", words))

    def from_day(self, rows: QuerySet[Inspection], _name: str, day: date) -> QuerySet[Inspection]:
        """Visits on this day or later."""
        return rows.filter(starts_at__gte=self._midnight(day))

    def to_day(self, rows: QuerySet[Inspection], _name: str, day: date) -> QuerySet[Inspection]:
        """Visits on this day or earlier."""
        return rows.filter(starts_at__lt=self._midnight(min(day, _LAST) + timedelta(days=1)))

    def _midnight(self, day: date) -> datetime:
        """The first moment of a day on the reader's clock: of a page, a program and a file alike."""
        user: Any = getattr(self.request, "user", None)
        return datetime.combine(max(day, _FIRST), time.min, user.clock if user else UTC)


class InspectionApiFilter(InspectionFilter):
    """The same filters for programs, where words are called `search` as everywhere in the API."""

    search = django_filters.CharFilter(
        label=_("Search"), method="by_words", max_length=MOST_CHARACTERS
    )
    order = _HiddenChoice(label=_("Order"), queryset=visible(Order))
    for_order = None  # type: ignore[assignment]

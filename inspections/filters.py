"""The filters of inspections: one FilterSet for the page, the API and the export."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.filters import PersonFilter
from accounts.models import Branch, User
from crm_project.kit.search import search_q
from customers.models import Customer
from orders.models import Order

from .models import Inspection, InspectionType

MOST_CHARACTERS = 200
DATE = {"type": "date"}
_FIRST, _LAST = date(1900, 1, 1), date(9000, 1, 1)  # days with a clock


def _visible(model: Any) -> Any:
    """Choices of a filter: only what the reader may see, so that an id tells nothing more."""

    def choices(request: Any) -> QuerySet[Any]:
        return model.objects.visible_to(request.user) if request else model.objects.none()

    return choices


class _HiddenChoice(django_filters.ModelChoiceFilter):  # type: ignore[misc]
    """Chosen by a link, not from a list of thousands."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, widget=forms.HiddenInput, **kwargs)


class InspectionFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Inspections by words, state, people, place and time."""

    q = django_filters.CharFilter(label=_("Search"), method="by_words", max_length=MOST_CHARACTERS)
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Inspection.Status.choices)
    type = django_filters.ModelChoiceFilter(label=_("Type"), queryset=_visible(InspectionType))
    inspector = PersonFilter(label=_("Inspector"), queryset=_visible(User))
    owner = PersonFilter(label=_("Asked by"), queryset=_visible(User))
    branch = django_filters.ModelChoiceFilter(label=_("Branch"), queryset=_visible(Branch))
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
    customer = _HiddenChoice(label=_("Customer"), queryset=_visible(Customer))
    for_order = _HiddenChoice(  # "order" says how a list is sorted
        label=_("Order"), field_name="order", queryset=_visible(Order)
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

    def chosen(self) -> dict[str, str]:
        """What is filtered, by parameter, in words; "" for a value that is no choice."""
        values = self.form.cleaned_data if self.form.is_bound and self.form.is_valid() else {}
        names = [name for name in self.filters if name != "q" and self.data.get(name)]
        return {name: self._words(name, values.get(name)) for name in names}

    def _words(self, name: str, value: Any) -> str:
        field: Any = self.form.fields[name]
        if isinstance(field, forms.ChoiceField) and not hasattr(field, "queryset"):
            choices: Any = field.choices
            return str(dict(choices).get(value, value or ""))
        if value is not None and hasattr(field, "label_from_instance"):
            return str(field.label_from_instance(value))
        if isinstance(value, bool):
            return str(_("Yes") if value else _("No"))
        return "" if value is None else str(value)


class InspectionApiFilter(InspectionFilter):
    """The same filters for programs, where words are called `search` as everywhere in the API."""

    search = django_filters.CharFilter(
        label=_("Search"), method="by_words", max_length=MOST_CHARACTERS
    )
    order = _HiddenChoice(label=_("Order"), queryset=_visible(Order))
    for_order = None  # type: ignore[assignment]

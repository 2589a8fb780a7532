"""The filters of customers: one FilterSet for the page, the API and the export."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.filters import PersonFilter
from accounts.models import Branch, User
from crm_project.kit.filters import ListFilterSet, midnight, next_midnight, visible

from .custom_filters import custom_filters, wants_custom
from .custom_values import shown_custom
from .finding import find
from .models import Category, Customer, Tag

MOST_CHARACTERS = 200
_WORDS = ("q", "search")
LTR_DATE = {"type": "date"}
ARCHIVE = [("", _("Without the archived ones")), ("true", _("Archived ones only"))]


class CustomerFilter(ListFilterSet):
    """Customers by words and what is known of them; archived ones on request."""

    q = django_filters.CharFilter(label=_("Search"), method="by_words", max_length=MOST_CHARACTERS)
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Customer.Status.choices)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Customer.Kind.choices)
    category = django_filters.ModelChoiceFilter(label=_("Category"), queryset=visible(Category))
    owner = PersonFilter(label=_("Responsible"), queryset=visible(User))
    branch = django_filters.ModelChoiceFilter(label=_("Branch"), queryset=visible(Branch))
    city = django_filters.CharFilter(label=_("City"), lookup_expr="exact", max_length=80)
    source = django_filters.ChoiceFilter(label=_("Source"), choices=Customer.Source.choices)
    tag = django_filters.ModelChoiceFilter(label=_("Tag"), field_name="tags", queryset=visible(Tag))
    created_from = django_filters.DateFilter(
        label=_("Created from"), method="from_day", widget=forms.DateInput(attrs=LTR_DATE)
    )
    created_to = django_filters.DateFilter(
        label=_("Created until"), method="to_day", widget=forms.DateInput(attrs=LTR_DATE)
    )
    archived = django_filters.BooleanFilter(
        label=_("Archived"), method="by_archive", widget=forms.Select(choices=ARCHIVE)
    )

    class Meta:
        model = Customer
        fields: list[str] = []

    def __init__(
        self, data: Any = None, queryset: Any = None, *, offers_all: bool = False, **kwargs: Any
    ) -> None:
        """Filters of fields that the company added come when they are asked for, or all of them."""
        super().__init__(data, queryset, **kwargs)
        if offers_all or wants_custom(data):
            self.filters.update(custom_filters(self))

    @classmethod
    def is_filtered(cls, data: Any) -> bool:
        """Return True when the parameters name any filter."""
        return bool(cls.base_filters.keys() & data.keys()) or wants_custom(data)

    def filter_queryset(self, queryset: QuerySet[Customer]) -> QuerySet[Customer]:
        """Apply the filters that are set; without a word about the archive, leave it out."""
        values = self.form.cleaned_data
        if values.get("archived") is None:
            queryset = queryset.filter(archived_at=None)
        for name in sorted(values, key=_WORDS.__contains__):  # words look at what is left
            if values[name] not in (None, "", []):
                queryset = self.filters[name].filter(queryset, values[name])
        return queryset

    def by_words(self, rows: QuerySet[Customer], _name: str, words: str) -> QuerySet[Customer]:
        """Name or company in any spelling, number, phone in any writing, e-mail."""
        return find(rows, words, user=self.request.user)

    def from_day(self, rows: QuerySet[Customer], _name: str, day: date) -> QuerySet[Customer]:
        """Created on this day or later."""
        return rows.filter(created_at__gte=midnight(day))

    def to_day(self, rows: QuerySet[Customer], _name: str, day: date) -> QuerySet[Customer]:
        """Created on this day or earlier."""
        return rows.filter(created_at__lt=next_midnight(day))

    def by_archive(
        self, rows: QuerySet[Customer], _name: str, is_archived: bool
    ) -> QuerySet[Customer]:
        """Only archived ones, or only the others."""
        return rows.filter(archived_at__isnull=not is_archived)

    def words(self, field: Any, value: Any) -> str:
        """As the company's own fields show their values."""
        own = getattr(field, "definition", None)
        return shown_custom(own, value) if own else super().words(field, value)


class CustomerApiFilter(CustomerFilter):
    """The same filters for programs, where words are called `search` as everywhere in the API."""

    search = django_filters.CharFilter(
        label=_("Search"), method="by_words", max_length=MOST_CHARACTERS
    )

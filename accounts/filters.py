"""Filters of people and of the activity log: one each for page and API."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters.fields import ModelChoiceField

from accounts.forms.pickers import ShownNames
from accounts.models import Activity, Branch, Role, User
from crm_project.kit.filters import visible

MOST_CHARACTERS = 100


class _PersonField(ShownNames, ModelChoiceField):  # type: ignore[misc]
    """A filter's field of people."""


class PersonFilter(django_filters.ModelChoiceFilter):  # type: ignore[misc]
    """Chooses rows by a person, who is shown by the name of the reader's language."""

    field_class = _PersonField


def by_words(rows: QuerySet[User], words: str) -> QuerySet[User]:
    """Return the people whose name in either script or e-mail holds every word (six at most)."""
    for word in words[:MOST_CHARACTERS].split()[:6]:
        rows = rows.filter(
            Q(name__icontains=word) | Q(name_en__icontains=word) | Q(email__icontains=word)
        )
    return rows


class UserFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Colleagues by name, role, branch and state."""

    search = django_filters.CharFilter(
        label=_("Search"), method="by_words", max_length=MOST_CHARACTERS
    )
    role = django_filters.ModelChoiceFilter(
        label=_("Role"), empty_label=_("Any role"), queryset=Role.objects.all()
    )
    branch = django_filters.ModelChoiceFilter(
        label=_("Branch"), empty_label=_("Any branch"), queryset=visible(Branch)
    )
    is_active = django_filters.BooleanFilter(label=_("Active"))

    class Meta:
        model = User
        fields: list[str] = []

    def by_words(self, rows: QuerySet[User], _name: str, words: str) -> QuerySet[User]:
        """Name in either script, or e-mail."""
        return by_words(rows, words)


class ActivityFilter(django_filters.FilterSet):  # type: ignore[misc]
    """The log by what, who, on what and when."""

    search = django_filters.CharFilter(
        label=_("Search"),
        field_name="object_label",
        lookup_expr="icontains",
        max_length=MOST_CHARACTERS,
    )
    verb = django_filters.CharFilter(label=_("What"), lookup_expr="startswith", max_length=60)
    actor = PersonFilter(label=_("Who"), empty_label=_("Anyone"), queryset=visible(User))
    branch = django_filters.ModelChoiceFilter(
        label=_("Branch"), empty_label=_("Any branch"), queryset=visible(Branch)
    )
    automatic = django_filters.BooleanFilter(
        label=_("Automatic"), field_name="actor", lookup_expr="isnull"
    )
    since = django_filters.DateFilter(
        label=_("From"),
        field_name="at",
        lookup_expr="date__gte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    until = django_filters.DateFilter(
        label=_("To"),
        field_name="at",
        lookup_expr="date__lte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    class Meta:
        model = Activity
        fields: list[str] = []

"""Choosing people and departments: each under the name that the reader's language writes."""

from typing import Any

from django import forms
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils.translation import get_language

from accounts.models import Department, User


def by_shown_name(people: QuerySet[User]) -> QuerySet[User]:
    """Return the people in the order of the names that the reader sees (`User.shown_name`)."""
    if get_language() != "en":
        return people.order_by("name", "pk")
    shown = Coalesce(NullIf(F("name_en"), Value("")), F("name"))
    return people.order_by(Lower(shown), "pk")


class ShownNames(forms.ModelChoiceField):
    """What every field of people does, whatever field it is mixed into."""

    def _set_queryset(self, people: QuerySet[User] | None) -> None:
        self._queryset = None if people is None else by_shown_name(people)
        self.widget.choices = self.choices

    queryset = property(lambda self: self._queryset, _set_queryset)  # type: ignore[assignment]

    def label_from_instance(self, obj: Any) -> str:
        """Return the person's name in the active language, else in the other one."""
        return str(obj.shown_name)


class PersonField(ShownNames):
    """One person."""


class PeopleField(ShownNames, forms.ModelMultipleChoiceField):
    """Several people, as boxes to tick."""

    widget = forms.CheckboxSelectMultiple


class DepartmentField(forms.ModelChoiceField):
    """One department. Branches have departments of the same names, so each says its branch."""

    def _set_queryset(self, departments: QuerySet[Department] | None) -> None:
        rows = departments
        if rows is not None:
            rows = rows.select_related("branch").order_by("branch__code", "name_ar", "pk")
        self._queryset = rows
        self.widget.choices = self.choices

    queryset = property(lambda self: self._queryset, _set_queryset)  # type: ignore[assignment]

    def label_from_instance(self, obj: Any) -> str:
        """Return the department with its branch, both in the active language."""
        return f"{obj} · {obj.branch}"

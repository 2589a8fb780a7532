"""Filters of the fields that a company added, as one FilterSet takes them in.

Parameters: `custom.<code>` equals, or contains for a list of several; `custom.<code>.from` and
`custom.<code>.to` for numbers and dates, both ends included. Equality and containment use the
index on `Customer.custom`.
"""

from collections.abc import Mapping
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import DecimalField, F, Func, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from .custom_values import PREFIX
from .definitions import known_fields
from .errors import UnknownCustomField
from .models import Customer, CustomField

Kind = CustomField.Kind
FROM, TO = ".from", ".to"
_MOST = 200  # filters of one list
NUMBER = DecimalField(max_digits=18, decimal_places=4)
LOOKS_LIKE_A_NUMBER = "^-?[0-9]{1,14}([.][0-9]{1,4})?$"
AS_NUMBER = "(CASE WHEN {written} ~ {pattern} THEN ({written})::numeric(18, 4) END)"
_RANGED = (Kind.NUMBER, Kind.DATE)


def wants_custom(data: Any) -> bool:
    """Return True when a parameter names such a field."""
    return any(str(name).startswith(PREFIX) for name in data or ())


def custom_filters(filterset: Any) -> dict[str, django_filters.Filter]:
    """Return a filter for every filterable field, and one that refuses for each unknown name."""
    filters: dict[str, django_filters.Filter] = {}
    for field in known_fields():
        if not field.is_filterable:
            continue
        name = f"{PREFIX}{field.code}"
        if field.kind in _RANGED:
            filters[f"{name}{FROM}"] = _ValueFilter(field, "gte", _("%(field)s from"))
            filters[f"{name}{TO}"] = _ValueFilter(field, "lte", _("%(field)s until"))
        filters[name] = _ValueFilter(field, "equals", "%(field)s")
    for name in filterset.data or ():
        if name.startswith(PREFIX) and name not in filters and len(filters) < _MOST:
            filters[name] = _GoneFilter(label=name.removeprefix(PREFIX)[:60])
    for name, one in filters.items():
        one.field_name, one.parent, one.model = name, filterset, Customer
    return filters


class _ValueFilter(django_filters.Filter):  # type: ignore[misc]
    """Rows by one value of an added field."""

    def __init__(self, definition: CustomField, lookup: str, label: Any) -> None:
        super().__init__(label=str(label) % {"field": definition.name})
        self.definition, self.lookup = definition, lookup

    @property
    def field(self) -> forms.Field:
        """The form field: parsed like everywhere, never required."""
        from .forms.custom import custom_form_field

        if not hasattr(self, "_field"):
            self._field = custom_form_field(self.definition, is_filter=True)
            self._field.label = self.label
        return self._field

    def filter(self, qs: QuerySet[Customer], value: Any) -> QuerySet[Customer]:
        """Apply the filter; no value means no filter."""
        if value in (None, "", []):
            return qs
        if self.lookup == "equals":
            return qs.filter(custom__contains={self.definition.code: value})
        return qs.filter(self._within(value))

    def _within(self, value: Any) -> Q:
        written = KeyTextTransform(self.definition.code, F("custom"))
        if self.definition.kind == Kind.DATE:  # ISO dates sort as text, whatever the collation
            found: Any = Func(written, template='%(expressions)s COLLATE "C"')
            found.output_field = TextField()
            return Q(_compare(found, self.lookup, Value(value)))
        return Q(_compare(AsNumber(written), self.lookup, Cast(Value(value), NUMBER)))


class AsNumber(Func):
    """A stored value as a number; NULL for what an earlier kind of the field left behind.

    services/field_indexes.py makes indexes of the same expression.
    """

    output_field = NUMBER

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, **_context: Any
    ) -> tuple[str, tuple[Any, ...]]:
        (source,) = self.get_source_expressions()
        written, params = compiler.compile(source)
        template = AS_NUMBER.format(written=written, pattern="%s")
        return template, (*params, LOOKS_LIKE_A_NUMBER, *params)


class _GoneFilter(django_filters.Filter):  # type: ignore[misc]
    """A filter by a field that is retired or never was: refused, or the list would widen."""

    @property
    def field(self) -> forms.Field:
        """A form field that takes nothing."""
        return _GoneField(required=False, label=self.label)


class _GoneField(forms.Field):
    def clean(self, value: Any) -> None:
        if value:
            raise ValidationError(str(UnknownCustomField.message), code="unknown")


def _compare(left: Any, lookup: str, right: Any) -> Any:
    from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

    return (GreaterThanOrEqual if lookup == "gte" else LessThanOrEqual)(left, right)


def custom_parameters(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters of such filters, for the log."""
    return {name: str(value)[:80] for name, value in data.items() if name.startswith(PREFIX)}

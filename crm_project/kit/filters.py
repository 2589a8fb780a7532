"""What the filters of lists share: choices within reach, days as moments, words for the chips."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

_FIRST, _LAST = date(1900, 1, 1), date(9000, 1, 1)  # days with a clock


def visible(model: Any) -> Callable[[Any], QuerySet[Any]]:
    """Choices of a filter: only what the reader may see, so that an id tells nothing more."""

    def choices(request: Any) -> QuerySet[Any]:
        return model.objects.visible_to(request.user) if request else model.objects.none()

    return choices


def midnight(day: date) -> datetime:
    """The first moment of a day by the reader's clock; far-off days are drawn near."""
    return timezone.make_aware(datetime.combine(min(max(day, _FIRST), _LAST), time.min))


def next_midnight(day: date) -> datetime:
    """The first moment after a day, as midnight()."""
    return midnight(min(day, _LAST) + timedelta(days=1))


class ListFilterSet(django_filters.FilterSet):  # type: ignore[misc]
    """A list's filters with their words for the chips above it."""

    no_chips = frozenset({"q", "search"})  # shown otherwise

    def chosen(self) -> dict[str, str]:
        """What is filtered, by parameter, in words; "" for a value that is no choice."""
        values = self.form.cleaned_data if self.form.is_bound and self.form.is_valid() else {}
        return {
            name: self.words(self.form.fields[name], values.get(name))
            for name in self.filters
            if name not in self.no_chips and self.data.get(name)
        }

    def words(self, field: Any, value: Any) -> str:
        """What is chosen in a field, as people read it."""
        if isinstance(field, forms.ChoiceField) and not hasattr(field, "queryset"):
            choices: Any = field.choices
            return str(dict(choices).get(value, value or ""))
        if value is not None and hasattr(field, "label_from_instance"):
            return str(field.label_from_instance(value))
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        return "" if value is None else str(value)

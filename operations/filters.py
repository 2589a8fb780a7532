"""Filters of the alerts' history."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from operations.models import Alert
from operations.wording import TITLES


class AlertFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Alerts by what they are about, how bad they are, and whether they are over."""

    code = django_filters.ChoiceFilter(label=_("What"), choices=list(TITLES.items()))
    level = django_filters.ChoiceFilter(label=_("Level"), choices=Alert.Level.choices)
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[("open", pgettext_lazy("alert", "Open")), ("over", _("Over"))],
        method="by_state",
    )

    class Meta:
        model = Alert
        fields: list[str] = []

    def by_state(self, rows: Any, _name: str, state: str) -> Any:
        """Those that hold still, or those that do not."""
        return rows.filter(resolved_at__isnull=state == "open")

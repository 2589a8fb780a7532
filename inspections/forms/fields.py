"""Form fields for text that is stored and shown to others, and for clocks."""

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone

from crm_project.kit.text import strip_controls

AUTO = {"dir": "auto", "autocomplete": "off"}
_FIRST, _LAST = date(2000, 1, 1), date(2199, 12, 31)
LTR = {"dir": "ltr", "autocomplete": "off"}


class TextField(forms.CharField):
    """Text without controls and without marks that reorder a line."""

    def to_python(self, value: Any) -> str:
        return super().to_python(strip_controls(str(value)) if value else "") or ""


class DayField(forms.DateField):
    """A day of this or the next century, in the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        within = [MinValueValidator(_FIRST), MaxValueValidator(_LAST)]  # a clock for every one
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], validators=within, **kwargs)


class ClockField(forms.TimeField):
    """A time of day, to the minute."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": 300})
        super().__init__(widget=widget, input_formats=["%H:%M", "%H:%M:%S"], **kwargs)


class UtcField(forms.DateTimeField):
    """A moment that a program wrote in UTC, whatever clock its reader has."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%dT%H:%M"], **kwargs)

    def to_python(self, value: Any) -> datetime | None:
        """Return the moment. Raises ValidationError."""
        with timezone.override(UTC):
            moment: datetime | None = super().to_python(value)
        return moment

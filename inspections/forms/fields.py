"""Form fields for text that is stored and shown to others, and for clocks."""

from typing import Any

from django import forms

from crm_project.kit.text import strip_controls

AUTO = {"dir": "auto", "autocomplete": "off"}
LTR = {"dir": "ltr", "autocomplete": "off"}


class TextField(forms.CharField):
    """Text without controls and without marks that reorder a line."""

    def to_python(self, value: Any) -> str:
        return super().to_python(strip_controls(str(value)) if value else "") or ""


class DayField(forms.DateField):
    """A day, in the browser's own calendar."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **kwargs)


class ClockField(forms.TimeField):
    """A time of day, to the minute."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TimeInput(format="%H:%M", attrs={"type": "time", "step": 300})
        super().__init__(widget=widget, input_formats=["%H:%M", "%H:%M:%S"], **kwargs)

"""Fields that the forms of orders share: clean text, numbers as people type them, days."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from crm_project.kit.money import parse_amount
from crm_project.kit.text import strip_controls

LTR = {"dir": "ltr", "inputmode": "decimal", "autocomplete": "off", "maxlength": "40"}
NOT_A_NUMBER = _("Enter a number.")


def read_figure(text: str) -> Decimal | None:
    """Return a number as people type it, in any digits; None for nothing. Errors: ValueError."""
    plain = text.strip()
    return parse_amount(plain) if plain else None


def bare(value: Decimal | None) -> str:
    """A number for a field: a point, no groups, no idle zeros; "" for None.

    >>> bare(Decimal("120.500")), bare(Decimal("100"))
    ('120.5', '100')
    """
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class TextField(forms.CharField):
    """Text without the controls that people paste along."""

    def to_python(self, value: Any) -> str:
        """The text without invisible controls."""
        return strip_controls(super().to_python(value) or "")


class FigureField(forms.CharField):
    """A number in any digits, with or without grouped thousands; cleans to Decimal or None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=40, widget=forms.TextInput(attrs=LTR), **kwargs)

    def clean(self, value: Any) -> Any:
        """The number."""
        text = super().clean(value)
        try:
            return read_figure(text)
        except ValueError as error:
            raise ValidationError(NOT_A_NUMBER) from error


class DayField(forms.DateField):
    """A day of this century or the next, chosen in the browser's calendar."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, **kwargs)

    def clean(self, value: Any) -> Any:
        """The day."""
        day = super().clean(value)
        if day and not 2000 <= day.year <= 2200:
            raise ValidationError(_("This is not a date."))
        return day


class HiddenUUID(forms.UUIDField):
    """The id of one submit: the same form sent twice does it once."""

    widget = forms.HiddenInput

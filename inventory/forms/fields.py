"""Form fields for text, quantities and amounts in any digits."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from crm_project.kit.money import parse_amount
from crm_project.kit.text import strip_controls, whole_number

LTR = {"dir": "ltr", "autocomplete": "off"}
AUTO = {"dir": "auto", "autocomplete": "off"}
NUMBER = {"dir": "ltr", "autocomplete": "off", "inputmode": "decimal"}
LARGEST = Decimal("99999999999.999")  # of a quantity: 14 digits, three behind the point
NOT_A_NUMBER = _("This is not a number.")


class TextField(forms.CharField):
    """Text without controls and without marks that reorder a line."""

    def to_python(self, value: Any) -> str:
        return super().to_python(strip_controls(str(value)) if value else "") or ""


class CurrencyField(TextField):
    """An ISO 4217 code."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={**LTR, "list": "currencies", "size": 4})
        super().__init__(**{"max_length": 3, "min_length": 3, "widget": widget, **kwargs})

    def clean(self, value: Any) -> Any:
        code = str(super().clean(value)).upper()
        if code and not (code.isascii() and code.isalpha()):
            raise ValidationError(_("A currency has three letters, like SAR."), code="invalid")
        return code


class NumberField(forms.CharField):
    """A decimal number as people type it, in any digits; `places` behind the point at most."""

    def __init__(
        self,
        *,
        places: int = 3,
        least: Decimal | None = Decimal(0),
        most: Decimal = LARGEST,
        **kwargs: Any,
    ) -> None:
        self.places, self.least, self.most = places, least, most
        super().__init__(**{"max_length": 40, "widget": forms.TextInput(attrs=NUMBER), **kwargs})

    def clean(self, value: Any) -> Any:
        written = super().clean(value)
        if not written:
            return None
        return read_number(written, places=self.places, least=self.least, most=self.most)

    def prepare_value(self, value: Any) -> Any:
        return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def read_number(
    text: str,
    *,
    places: int = 3,
    least: Decimal | None = Decimal(0),
    most: Decimal = LARGEST,
) -> Decimal:
    """Return the number that a person wrote. Raises ValidationError with a sentence."""
    try:
        number = parse_amount(text)
    except ValueError as error:
        raise ValidationError(NOT_A_NUMBER, code="invalid") from error
    if number != number.quantize(Decimal(1).scaleb(-places)):
        raise ValidationError(
            _("At most %(places)d digits behind the point."), params={"places": places}
        )
    if least is not None and number < least:
        raise ValidationError(_("Not less than %(least)s."), params={"least": f"{least:f}"})
    if abs(number) > most:
        raise ValidationError(_("This number is too large."), code="too_large")
    return number


def read_id(text: str) -> int:
    """Return the id that a parameter holds; 0 for what is none."""
    return whole_number(text) or 0


def try_read(read: Callable[[], Any]) -> tuple[Any, str]:
    """Return what was read, or None and what is wrong with it."""
    try:
        return read(), ""
    except ValidationError as error:
        return None, " ".join(map(str, error.messages))

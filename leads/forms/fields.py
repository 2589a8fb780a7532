"""The control for one extracted value."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm_project.kit.countries import COUNTRIES
from crm_project.kit.forms import PLEASE_CHOOSE
from crm_project.kit.text import strip_controls
from leads.models import Lead
from leads.words import FIELDS

LONGEST_VALUE = 500  # characters
_LTR = {"dir": "ltr"}
_CONTROLS: dict[str, dict[str, str]] = {
    "phone": {"type": "tel", "inputmode": "tel", "autocomplete": "off", **_LTR},
    "email": {"type": "email", "autocomplete": "off", "autocapitalize": "off", **_LTR},
    "quantity": {"inputmode": "decimal", "autocomplete": "off"},
    "budget": {"inputmode": "decimal", "autocomplete": "off"},
}
HINTS = {
    "quantity": _("A number and a unit, for example 6 pcs or 120 m2"),
    "budget": _("An amount and a currency, for example 20,000 SAR"),
}


class FieldForm(forms.Form):
    """One value, in the control that fits its kind."""

    text = forms.CharField(max_length=LONGEST_VALUE)

    def __init__(self, name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["text"]
        field.label = FIELDS.get(name, name)
        field.help_text = str(HINTS.get(name, ""))
        choices = {"product_category": Lead.Product.choices, "country": list(COUNTRIES.items())}
        if name in choices:
            field.widget = forms.Select(choices=[("", PLEASE_CHOOSE), *choices[name]])
        else:
            field.widget = forms.TextInput()
            field.widget.attrs.update(_CONTROLS.get(name, {"autocomplete": "off"}))
            kind = field.widget.attrs.pop("type", None)
            if kind:
                field.widget.input_type = kind
        field.widget.attrs.update({"autofocus": True, "maxlength": LONGEST_VALUE})

    def clean_text(self) -> str:
        """Take out what must not be stored."""
        return strip_controls(self.cleaned_data["text"]).strip()

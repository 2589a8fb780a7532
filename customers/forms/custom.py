"""Form fields of what the company added to its customers; every value is read by parse_custom()."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from customers.custom_values import PREFIX, Stored, choice_label, parse_custom
from customers.errors import BadCustomValue
from customers.models import CustomField

from .fields import AUTO, LTR

Kind = CustomField.Kind


class CustomValueField(forms.Field):
    """One value of a field that the company added; clean as it is stored."""

    def __init__(self, definition: CustomField, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.definition = definition
        self.choices = getattr(self.widget, "choices", [])  # the field partial tells boxes by it

    def clean(self, value: Any) -> Stored | None:
        if isinstance(value, list) and self.definition.kind != Kind.CHOICES:
            value = value[0] if value else None
        try:
            found = parse_custom(self.definition, value)
        except BadCustomValue as error:
            raise ValidationError(str(error.message), code="invalid") from error
        if found is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(initial != data)


class DateInput(forms.DateInput):
    """A date picker that keeps what was typed when it was no date."""

    input_type = "date"

    def format_value(self, value: Any) -> Any:
        return value


def custom_form_field(definition: CustomField, *, is_filter: bool = False) -> CustomValueField:
    """Return the form field of a definition; a filter's is never required."""
    hints = (definition.help_ar, definition.help_en)
    hint = next(filter(None, hints[::-1] if get_language() == "en" else hints), "")
    return CustomValueField(
        definition,
        label=definition.name,
        required=definition.is_required and not is_filter,
        help_text="" if is_filter else _escaped(hint),
        widget=_widget(definition, is_filter=is_filter),
    )


def add_custom_fields(form: forms.Form, definitions: list[CustomField]) -> None:
    """Give a form one field for each definition, called "custom.<code>"."""
    for definition in definitions:
        form.fields[f"{PREFIX}{definition.code}"] = custom_form_field(definition)


def custom_values(data: dict[str, Any]) -> dict[str, Stored | None]:
    """Take the values of the added fields out of a form's clean data, by code."""
    names = [name for name in data if name.startswith(PREFIX)]
    return {name.removeprefix(PREFIX): data.pop(name) for name in names}


def _escaped(hint: str) -> str:
    """The field partial prints help texts as HTML; people wrote this one."""
    from django.utils.html import escape

    return escape(hint)


def _widget(definition: CustomField, *, is_filter: bool) -> forms.Widget:
    kind = definition.kind
    if kind == Kind.NUMBER:
        return forms.TextInput(attrs={**LTR, "inputmode": "decimal"})
    if kind == Kind.DATE:
        return DateInput(attrs={"dir": "ltr"})
    if kind == Kind.TEXT:
        return forms.TextInput(attrs={**AUTO, "maxlength": "1000"})
    nothing = _("Any") if is_filter else _("Not said")
    if kind == Kind.YES_NO:
        return YesNoSelect(choices=[("", nothing), ("true", _("Yes")), ("false", _("No"))])
    listed = [(one["code"], choice_label(definition, one["code"])) for one in definition.choices]
    if kind == Kind.CHOICE or is_filter:
        return forms.Select(choices=[("", nothing), *listed])
    return Boxes(choices=listed)


class Boxes(forms.CheckboxSelectMultiple):
    """Boxes to tick; the class of a box is not that of their frame."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["class"] = "choice-boxes"
        return context


class YesNoSelect(forms.Select):
    """Yes, no, or nothing said."""

    def format_value(self, value: Any) -> Any:
        if isinstance(value, bool):
            value = "true" if value else "false"
        return super().format_value(value)

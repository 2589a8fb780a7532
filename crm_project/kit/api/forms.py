"""What a form of a page checks holds for its call of the API too."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm
from rest_framework.serializers import ValidationError
from rest_framework.settings import api_settings


def checked(form: BaseForm, names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return what a bound form makes of its data.

    `names` tells how the API calls the form's fields where it differs. Errors: REST framework's
    ValidationError with the form's sentences by those names.
    """
    if form.is_valid():
        cleaned: dict[str, Any] = form.cleaned_data
        return cleaned
    known = {NON_FIELD_ERRORS: api_settings.NON_FIELD_ERRORS_KEY, **(names or {})}
    problems = {
        known.get(name, name): [str(one) for one in errors] for name, errors in form.errors.items()
    }
    raise ValidationError(problems)

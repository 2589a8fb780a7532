"""Form answers: 422 with the form again for HTMX, so that errors stand beside their fields.

And the one place that says what an empty choice means.
"""

from typing import Any

from django.db.models import BLANK_CHOICE_DASH
from django.forms import BaseForm, Field, ModelChoiceField, Select
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

PLEASE_CHOOSE, NOTHING = _("Please choose"), _("None")
DASHES = dict(BLANK_CHOICE_DASH)[""]  # what Django shows when nobody said otherwise


def form_response(
    request: HttpRequest, template: str, form: BaseForm, context: dict[str, Any] | None = None
) -> HttpResponse:
    """Render the form; status 422 when it carries errors."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {**(context or {}), "form": form}, status=status)


def name_empty_choice(field: Field) -> None:
    """Give an empty choice without words its meaning: please choose, or none where it may stay so.

    Done where controls are drawn (`{% control %}`), so it holds for every form of every app. An
    empty label that a form chose itself stays.
    """
    words = PLEASE_CHOOSE if field.required else NOTHING
    if isinstance(field, ModelChoiceField):
        if field.empty_label == DASHES:
            field.empty_label = words
    elif isinstance(field.widget, Select):
        named = [
            (code, words if label == DASHES else label) for code, label in field.widget.choices
        ]
        field.widget.choices = named

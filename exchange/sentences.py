"""What is wrong with a cell of any resource, and how to mend it, in plain words."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from crm_project.kit.text import isolate

SENTENCES: dict[str, tuple[Any, Any]] = {
    "too_long": (
        _("Too long"),
        _("The text has %(length)s characters; %(longest)s are the most. Shorten it."),
    ),
    "required": (_("Missing"), _("This field must not be empty.")),
    "not_yes_or_no": (_("Not yes or no"), _("Write yes or no.")),
    "not_a_number": (
        _("Not a number"),
        _("This is not a number. Write digits only, like 1250.50."),
    ),
    "negative": (_("Below zero"), _("The number must not be below zero.")),
    "too_large": (_("Too large"), _("The number is too large.")),
    "not_a_date": (_("Wrong date"), _("This is not a date. Write it like 2025-03-31.")),
    "no_such_day": (_("Wrong date"), _("There is no such day in the calendar.")),
}


def title_of(code: str, own: Mapping[str, tuple[Any, Any]]) -> str:
    """Return the kind of a fault in two or three words."""
    title, _sentence = own.get(code) or SENTENCES.get(code) or (code, "")
    return str(title)


def sentence_of(code: str, params: Mapping[str, Any], own: Mapping[str, tuple[Any, Any]]) -> str:
    """Return the sentence; what comes from the file can't reorder it."""
    _title, sentence = own.get(code) or SENTENCES.get(code) or ("", gettext_now("Wrong value."))
    shown = {name: isolate(value) for name, value in params.items()}
    return str(sentence) % defaultdict(str, shown)

"""Values of the fields that a company adds: read from what people and programs write, and shown.

One reader for the form, the API, the list's filters and imports, so that a value means the same
everywhere. Stored in `Customer.custom` as `CustomField` says.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm_project.kit.text import ascii_digits, isolate, normalise, strip_controls

from .errors import BadCustomValue, UnknownCustomField
from .models import CustomField

PREFIX = "custom."
MOST_CHARACTERS = 1_000
MOST_CHOSEN = 50
FIRST_YEAR, LAST_YEAR = 1900, 2199  # of the Gregorian calendar
_WHOLE_DIGITS, _DECIMALS = 14, 4  # as the bounds of a field are stored
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_BETWEEN = re.compile(r"[,;،؛|\n]+")
_YES = {"yes", "y", "true", "1", "on", "نعم", "ن", "صح", "✓", "x"}
_NO = {"no", "n", "false", "0", "off", "لا", "ل", "خطا", "✗"}
Stored = str | bool | list[str]


def parse_custom(field: CustomField, text: object) -> Stored | None:
    """Return the value to store for what was written; None for nothing.

    Text in any digits; dates as 2026-03-01 or 1/3/2026 (day first); choices by code or by either
    label, several of them between commas. JSON numbers, booleans, dates and lists are taken too.
    Errors: BadCustomValue with a sentence and the field "custom.<code>".

    >>> parse_custom(CustomField(code="size", kind="number"), "١٬٢٥٠٫٥٠")
    '1250.5'
    """
    if text is None or (isinstance(text, str) and not text.strip()) or text == []:
        return None
    if isinstance(text, int) and abs(text) >= 10**20:  # str() refuses thousands of digits
        raise _refuse(field, _("%(written)s is too large."), "…")
    return _READERS[CustomField.Kind(field.kind)](field, text)


def read_custom(
    fields: Iterable[CustomField], given: Mapping[str, object]
) -> dict[str, Stored | None]:
    """Return the values to store by code, None for those to remove.

    Errors: BadCustomValue for the first that can't be read; UnknownCustomField.
    """
    known = {field.code: field for field in fields}
    for code in given:
        if code not in known:
            raise UnknownCustomField(field=f"{PREFIX}{str(code)[:60]}")
    return {code: parse_custom(known[code], text) for code, text in given.items()}


def shown_custom(field: CustomField, value: object) -> str:
    """Return a stored value in the reader's language; "" for nothing."""
    return words_of(field)(value)


def words_of(field: CustomField) -> Callable[[object], str]:
    """Return what says a stored value in the language that is active now, also later on.

    A file is written while no language is active any more, and by the hundred thousand rows.
    """
    yes_no = {True: str(_("Yes")), False: str(_("No"))}
    labels = {choice["code"]: choice_label(field, choice["code"]) for choice in field.choices}
    between = "، " if (get_language() or "").startswith("ar") else ", "

    def words(value: object) -> str:
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return yes_no[value]
        if isinstance(value, list):
            return between.join(labels.get(str(one), str(one)) for one in value)
        return labels.get(str(value), str(value))

    return words


def choice_label(field: CustomField, code: str) -> str:
    """Return a choice's label in the reader's language; its code when it is no longer listed."""
    order = ("en", "ar") if get_language() == "en" else ("ar", "en")
    for choice in field.choices:
        if choice["code"] == code:
            return next((choice[name] for name in order if choice.get(name)), code)
    return code


def is_shown_ltr(field: CustomField) -> bool:
    """Return True for values that are written from left to right in both languages."""
    return field.kind in (CustomField.Kind.NUMBER, CustomField.Kind.DATE)


def _refuse(field: CustomField, sentence: Any, written: object = "") -> BadCustomValue:
    message = str(sentence) % {"field": isolate(field.name), "written": _cut(written)}
    return BadCustomValue(message, field=f"{PREFIX}{field.code}")


def _cut(written: object) -> str:
    return isolate(str(written)[:40])


def _plain(field: CustomField, text: object) -> str:
    if isinstance(text, list | dict | set | tuple):
        raise _refuse(field, _("%(field)s takes one value."))
    return strip_controls(str(text)).strip()


def _text(field: CustomField, text: object) -> str | None:
    value = _plain(field, text)
    if len(value) > MOST_CHARACTERS:
        raise _refuse(field, _("%(field)s takes at most 1,000 characters."))
    return value or None


def _number(field: CustomField, text: object) -> str:
    if isinstance(text, bool):
        raise _refuse(field, _("%(written)s is not a number."), text)
    written = ascii_digits(_plain(field, text)[:60])
    plain = "".join(written.split()).replace("٫", ".").replace("٬", ",").replace("−", "-")
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    elif plain.count(",") == 1 and "." not in plain:  # 12,5
        plain = plain.replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        raise _refuse(field, _("%(written)s is not a number."), text)
    value = Decimal(plain)
    if value.adjusted() >= _WHOLE_DIGITS:
        raise _refuse(field, _("%(written)s is too large."), text)
    if value != round(value, _DECIMALS):
        raise _refuse(field, _("%(field)s takes at most four decimals."))
    if field.lowest is not None and value < field.lowest:
        raise _refuse(field, _("%(field)s is at least %(written)s."), _bare(field.lowest))
    if field.highest is not None and value > field.highest:
        raise _refuse(field, _("%(field)s is at most %(written)s."), _bare(field.highest))
    return _bare(value)


def _bare(value: Decimal) -> str:
    """A number without an exponent, a plus or zeros that say nothing."""
    text = f"{Decimal(value):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("", "-0") else text


def _date(field: CustomField, text: object) -> str:
    if isinstance(text, datetime):
        text = text.date()
    if isinstance(text, date):
        text = text.isoformat()
    written = ascii_digits(_plain(field, text)[:40])
    if found := _YEAR_FIRST.fullmatch(written):
        year, month, day = map(int, found.groups())
    elif found := _DAY_FIRST.fullmatch(written):
        day, month, year = map(int, found.groups())
    else:
        raise _refuse(field, _("%(written)s is not a date. Write it like 2026-03-31."), text)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _refuse(field, _("%(written)s is no year from 1900 to 2199."), year)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        sentence = _("%(written)s is not a date. Write it like 2026-03-31.")
        raise _refuse(field, sentence, text) from None


def _yes_no(field: CustomField, text: object) -> bool:
    if isinstance(text, bool):
        return text
    written = normalise(_plain(field, text)[:20])
    if written in _YES:
        return True
    if written in _NO:
        return False
    raise _refuse(field, _("%(field)s is yes or no, not %(written)s."), text)


def _choice(field: CustomField, text: object) -> str:
    written = _plain(field, text)[:200]
    for choice in field.choices:
        if choice["code"] == written:
            return str(choice["code"])
    wanted = normalise(written)
    for choice in field.choices:
        names = (choice["code"], choice.get("ar", ""), choice.get("en", ""))
        if wanted and wanted in map(normalise, names):
            return str(choice["code"])
    raise _refuse(field, _("%(written)s is not in the list of %(field)s."), text)


def _choices(field: CustomField, text: object) -> list[str] | None:
    if isinstance(text, list | tuple):
        parts = [part for part in text if part not in (None, "")]
    else:
        parts = _split(field, _plain(field, text))
    if len(parts) > MOST_CHOSEN:
        raise _refuse(field, _("%(field)s takes at most fifty."))
    chosen = {_choice(field, part) for part in parts}
    return [choice["code"] for choice in field.choices if choice["code"] in chosen] or None


def _split(field: CustomField, text: str) -> list[str]:
    """The parts between commas; a label that has a comma itself is one part."""
    names = (choice.get(name, "") for choice in field.choices for name in ("code", "ar", "en"))
    if normalise(text[:200]) in map(normalise, names):
        return [text]
    return [part.strip() for part in _BETWEEN.split(text[:20_000]) if part.strip()]


_READERS = {
    CustomField.Kind.TEXT: _text,
    CustomField.Kind.NUMBER: _number,
    CustomField.Kind.DATE: _date,
    CustomField.Kind.YES_NO: _yes_no,
    CustomField.Kind.CHOICE: _choice,
    CustomField.Kind.CHOICES: _choices,
}

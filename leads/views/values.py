"""Extracted values as people read them, and the control that fits each kind."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from crm_project.kit.templatetags import crm
from customers.masking import shown_point
from leads.models import ExtractedField, Lead
from leads.services.understanding import FIELDS_SHOWN
from leads.words import FIELDS, UNITS, value_label

from .evidence import FAIR, SURE, certainty, mark_class

STATED_BY = {"channel", "form"}  # not read from a text: the channel or the form said it
MASKED = ("phone", "email")
HIDDEN = "••••"


@dataclass(kw_only=True)
class ShownField:
    """One line of the list: the best value, and other readings of the same field."""

    row: ExtractedField
    label: Any
    value: SafeString | str
    text: str
    percent: int
    css: str
    tone: str
    is_stated: bool
    is_decided: bool
    others: list["ShownField"] = field(default_factory=list)


def shown_fields(rows: Sequence[ExtractedField], user: User) -> list[ShownField]:
    """Return one line per field, in the usual order; decided values first, then sure ones."""
    lines = []
    for name in FIELDS_SHOWN:
        found = [row for row in rows if row.name == name]
        found.sort(key=lambda row: (row.state == "suggested", -certainty(row), row.pk))
        if found:
            first, *others = [_line(row, user) for row in found]
            unlike: dict[str, ShownField] = {}
            for other in others:
                unlike.setdefault(other.text, other)
            unlike.pop(first.text, None)
            first.others = list(unlike.values())
            lines.append(first)
    return lines


def _line(row: ExtractedField, user: User) -> ShownField:
    sure = certainty(row)
    value = row.corrected if row.state == ExtractedField.State.CORRECTED else row.value
    return ShownField(
        row=row,
        label=FIELDS.get(row.name, row.name),
        value=show_value(row.name, value, user),
        text=plain_value(row.name, value),
        percent=round(sure * 100),
        css=mark_class(sure) if sure < SURE else "",
        tone="good" if sure >= SURE else "warn" if sure >= FAIR else "bad",
        is_stated=row.extractor in STATED_BY,
        is_decided=row.state != ExtractedField.State.SUGGESTED,
    )


def show_value(name: str, value: Any, user: User) -> SafeString | str:
    """Return a value as people of this language read it, escaped."""
    if name in MASKED:
        return crm.ltr(contact(user, name, str(value)))
    if name == "quantity" and isinstance(value, dict):
        unit = str(value.get("unit") or "")
        return format_html("{} {}", crm.num(_number(value.get("value"))), UNITS.get(unit, unit))
    if name == "budget" and isinstance(value, dict):
        amount = _number(value.get("amount"))
        return _money(amount, str(value.get("currency") or ""))
    return format_html("<bdi>{}</bdi>", _word(name, value))


def _money(amount: Decimal | None, currency: str) -> SafeString:
    """An amount; a currency that is none is shown as it was written."""
    try:
        return crm.money(amount, currency) if currency else crm.num(amount)
    except ValueError:
        return format_html("{} {}", crm.num(amount), currency)


def plain_value(name: str, value: Any) -> str:
    """Return a value as it is typed into its field."""
    if name == "quantity" and isinstance(value, dict):
        return f"{_number(value.get('value')) or ''} {value.get('unit') or ''}".strip()
    if name == "budget" and isinstance(value, dict):
        return f"{_number(value.get('amount')) or ''} {value.get('currency') or ''}".strip()
    return "" if value is None else str(value)


def _word(name: str, value: Any) -> str:
    if name == "product_category":
        return str(dict(Lead.Product.choices).get(str(value), value))
    if name in ("country", "city"):
        return value_label(name, str(value))
    return "" if value is None else str(value)


def _number(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) > Decimal("1e15"):
        return None
    return number.quantize(Decimal(1)) if number == number.to_integral() else number.normalize()


def contact(user: User, kind: str, value: str) -> str:
    """Return a phone or e-mail as far as the reader's role may see it."""
    if not value:
        return ""
    return shown_point(kind, value, user) or HIDDEN

"""Conditions of routing rules: a field of the lead, a comparison, values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm_project.kit.text import normalise


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What rules may ask about a lead."""

    branch: str = ""  # code
    channel: str = ""
    country: str = ""
    city: str = ""
    region: str = ""
    product: str = ""
    urgency: str = ""
    language: str = ""
    intent: str = ""
    source: str = ""
    score: int = 0  # percent
    budget: Decimal = Decimal(0)  # in the lead's currency
    is_customer: bool = False
    is_working_hours: bool = True


FIELDS: Mapping[str, Any] = {
    "city": _("City"),
    "region": _("District"),
    "country": _("Country"),
    "product": _("Product"),
    "urgency": _("Urgency"),
    "intent": _("Intent"),
    "language": _("Language"),
    "channel": _("Channel"),
    "source": _("Source"),
    "branch": _("Branch"),
    "score": _("Score (%)"),
    "budget": _("Budget"),
    "is_customer": _("Already a customer"),
    "is_working_hours": _("Within working hours"),
}
NUMBERS = {"score", "budget"}
FLAGS = {"is_customer", "is_working_hours"}


def _is_in(value: Any, wanted: Sequence[Any]) -> bool:
    folded = normalise(str(value))
    return bool(folded) and any(folded == normalise(str(item)) for item in wanted)


def _contains(value: Any, wanted: Sequence[Any]) -> bool:
    folded = normalise(str(value))
    return any(item and item in folded for item in (normalise(str(word)) for word in wanted))


def _at_least(value: Any, wanted: Sequence[Any]) -> bool:
    try:
        return Decimal(str(value)) >= Decimal(str(wanted[0]))
    except (InvalidOperation, IndexError):
        return False


def _below(value: Any, wanted: Sequence[Any]) -> bool:
    try:
        return Decimal(str(value)) < Decimal(str(wanted[0]))
    except (InvalidOperation, IndexError):
        return False


def _is_true(value: Any, wanted: Sequence[Any]) -> bool:
    return bool(value) == (not wanted or str(wanted[0]).lower() in ("true", "1", "yes"))


OPERATORS: Mapping[str, Callable[[Any, Sequence[Any]], bool]] = {
    "in": _is_in,
    "not_in": lambda value, wanted: not _is_in(value, wanted),
    "contains": _contains,
    "at_least": _at_least,
    "below": _below,
    "is": _is_true,
}
OPERATOR_LABELS: Mapping[str, Any] = {
    "in": _("is one of"),
    "not_in": _("is none of"),
    "contains": _("contains"),
    "at_least": _("is at least"),
    "below": _("is below"),
    "is": _("is"),
}


def operators_of(field: str) -> tuple[str, ...]:
    """Return the comparisons that make sense for a field."""
    if field in NUMBERS:
        return ("at_least", "below")
    return ("is",) if field in FLAGS else ("in", "not_in", "contains")


def holds(condition: Any, facts: Facts) -> bool:
    """Return True when the lead meets the condition; what is no condition never holds."""
    if not isinstance(condition, Mapping):
        return False
    field, operator = str(condition.get("field")), str(condition.get("op"))
    if field not in FIELDS or operator not in OPERATORS:
        return False
    values = condition.get("values")
    wanted = values if isinstance(values, list | tuple) else []
    return OPERATORS[operator](getattr(facts, field), wanted)


def problem_of(condition: Any) -> str:
    """Return what is wrong with a condition in words, or an empty text."""
    if not isinstance(condition, Mapping):
        return str(_("A condition has a field, a comparison and values."))
    field, operator = condition.get("field"), condition.get("op")
    if field not in FIELDS:
        return str(_("Choose a field of the lead."))
    if operator not in operators_of(str(field)):
        return str(_("Choose a comparison that fits the field."))
    values = condition.get("values")
    if not isinstance(values, list) or not values or len(values) > 50:
        return str(_("Give between one and fifty values."))
    if field in NUMBERS and not _is_number(values[0]):
        return str(_("Give a number."))
    return ""


def _is_number(value: Any) -> bool:
    try:
        return Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False

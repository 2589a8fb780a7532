"""Values of a report as people read them, and as files and programs get them."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from crm_project.kit.money import format_number, round_money

from .rows import short
from .table import DAYS, DELTA, MONEY, PERCENT, QUANTITY, TEXT

MINUS = "\u2212"
_LARGE = 1000  # from here on nobody counts cents


def shown(value: Any, kind: str, currency: str) -> str:
    """Return a value as text, "—" for none: grouped thousands, true minus, percent sign."""
    if value is None or value == "":
        return "—"
    if kind == MONEY:
        return f"{round_money(value, currency):,f}".replace("-", MINUS)  # decimals line up
    if kind in (PERCENT, DELTA):
        sign = "+" if kind == DELTA and value > 0 else ""
        return f"{sign}{value}%".replace("-", MINUS)
    if kind == DAYS:
        return f"{Decimal(value).quantize(Decimal('0.1')):,f}"
    if kind == TEXT:
        return str(value)
    number = short(value) if isinstance(value, Decimal) and kind == QUANTITY else value
    return f"{number:,f}".replace("-", MINUS) if isinstance(number, Decimal) else f"{number:,}"


def headline(value: Any, kind: str, currency: str) -> str:
    """Return a main figure: large amounts without their cents."""
    if kind == MONEY and value is not None and abs(value) >= _LARGE:
        return format_number(Decimal(value).quantize(Decimal(1), ROUND_HALF_UP), currency)
    return shown(value, kind, currency)


def plain(value: Any, kind: str, currency: str) -> Any:
    """Return a value for a file or program: amounts rounded to the currency, None for none."""
    if value is None or value == "":
        return None
    if kind == MONEY:
        return round_money(value, currency)
    if kind == QUANTITY:
        return Decimal(value).quantize(Decimal("0.001"))
    return value.quantize(Decimal("0.01")) if kind == DAYS else value


def period_words(period: Any) -> str:
    """How a period is called: one day, or from … to …."""
    first, last = (date_format(day, "j F Y") for day in (period.start, period.end))
    return first if first == last else _("%(start)s to %(end)s") % {"start": first, "end": last}

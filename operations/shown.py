"""Figures as people read them: a short number and its unit."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext


class Figure(NamedTuple):
    """A value that is isolated left to right, and the unit that is not."""

    value: str
    unit: str = ""


NOTHING = Figure("—")
_STEPS = ((1 << 40, "TB"), (1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB"))


def whole(count: float) -> Figure:
    """A number with grouped thousands."""
    return Figure(f"{count:,.0f}")


def rate(a_minute: float) -> Figure:
    """So many a minute; below ten with one digit, unless it is a whole number."""
    digits = 0 if a_minute >= 10 or a_minute == int(a_minute) else 1
    return Figure(f"{a_minute:,.{digits}f}", _("a minute"))


def milliseconds(value: float | None) -> Figure:
    """A latency."""
    return NOTHING if value is None else Figure(f"{value:,.0f}", pgettext("unit", "ms"))


def share(value: float) -> Figure:
    """A share of 1 as per cent, with a digit while it is small."""
    return Figure(f"{100 * value:.{1 if 0 < value < 0.1 else 0}f}%")


def duration(seconds: float) -> Figure:
    """A time in its largest fitting unit."""
    if seconds < 100:
        return Figure(f"{seconds:.0f}", pgettext("unit", "s"))
    if seconds < 100 * 60:
        return Figure(f"{seconds / 60:.0f}", pgettext("unit", "min"))
    if seconds < 72 * 3600:
        return Figure(f"{seconds / 3600:.0f}", pgettext("unit", "h"))
    return Figure(f"{seconds / 86_400:.0f}", pgettext("unit", "d"))


def size(count: int) -> str:
    """Bytes in their largest fitting unit: Latin in every language, so it is one text with it."""
    for step, unit in _STEPS:
        if count >= step:
            number = count / step
            return f"{number:,.{0 if number >= 10 else 1}f} {unit}"
    return f"{count:,} B"


def kpi(label: Any, figure: Figure, **more: Any) -> dict[str, Any]:
    """What components of figures show: label, value, unit, and `context`, `is_bad`, `url`."""
    return {"label": label, "value": figure.value, "unit": figure.unit, **more}

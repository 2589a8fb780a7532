"""Values that keep their direction in both languages, icons, avatars and times."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zlib import crc32

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from crm_project.kit import text
from crm_project.kit.money import currency_unit, format_number
from crm_project.kit.phones import format_phone

register = template.Library()

_NOTHING = mark_safe("—")
_HUES = 6  # classes hu1…hu6
_RELATIVE_DAYS = 7
_Age = tuple[str, int] | None  # unit, count
_SIZES = {"": "", "xs": " av-xs", "sm": " av-sm", "lg": " av-lg"}

register.filter("initials", text.initials)


@register.simple_tag
def ltr(value: object) -> SafeString:
    """A code, mail address, range end or other left-to-right value inside any text; — if empty."""
    if value is None or value == "":
        return _NOTHING
    return format_html('<bdi dir="ltr" class="num">{}</bdi>', value)


@register.simple_tag
def num(value: object) -> SafeString:
    """A number with grouped thousands, digits 0-9 and a true minus sign; other values as ltr."""
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return ltr(_grouped(value))
    return ltr(value)


def _grouped(value: float | Decimal) -> str:
    if isinstance(value, Decimal) and abs(value.adjusted()) > 30:
        return str(value)
    written = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    return written.replace("-", "\u2212")


@register.simple_tag
def money(amount: Decimal | int | None, currency: str, aligned: bool = False) -> SafeString:
    """An amount and its unit in the order of the language; — for None.

    aligned: with all digits of the currency, so that the amounts of a column stand under each other.
    """
    if amount is None:
        return _NOTHING
    return format_html('<span class="amt">{}</span>', amount_of(amount, currency, aligned=aligned))


def amount_of(amount: Decimal | int, currency: str, *, aligned: bool = False) -> SafeString:
    """Return what money() shows, without its element: for a cell with the class "amt"."""
    language = get_language() or ""
    number = ltr(format_number(amount, currency, is_full=aligned))
    unit = format_html('<span class="cur">{}</span>', currency_unit(currency, language))
    parts = (number, unit) if language.startswith("ar") else (unit, number)
    return format_html("{} {}", *parts)


@register.simple_tag
def unit(currency: str) -> str:
    """How a currency is named in the language: ر.س or SAR. For the head of a column."""
    return currency_unit(currency, get_language() or "")


@register.simple_tag
def phone(e164: str | None) -> SafeString:
    """A stored number in international writing; — for none."""
    return ltr(format_phone(e164) if e164 else None)


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the sprite, hidden from screen readers; extra="flip" mirrors it in Arabic."""
    return _icon(_sprite(), name, extra)


@lru_cache(maxsize=1)
def _sprite() -> str:
    """The address of the sprite: one for the life of a process."""
    return static("img/icons.svg")


@lru_cache(maxsize=1024)
def _icon(sprite: str, name: str, extra: str) -> SafeString:
    classes = f"i {extra}".strip()
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#i-{}"></use></svg>',
        classes,
        sprite,
        name,
    )


@register.simple_tag
def avatar(name: str | None, kind: str = "person", size: str = "") -> SafeString:
    """A round (person) or square (kind="company") mark with the name's initials.

    The colour follows the name. size: "xs" 22, "sm" 26, "" 32 or "lg" 56 pixels.
    """
    return _avatar(name or "", kind, size)


@lru_cache(maxsize=4096)
def _avatar(name: str, kind: str, size: str) -> SafeString:
    letters, hue = mark_of(name)
    shape = " av-org" if kind == "company" else ""
    return format_html(
        '<span class="av {}{}{}" aria-hidden="true">{}</span>',
        hue, _SIZES.get(size, ""), shape, letters,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def mark_of(name: str) -> tuple[str, str]:
    """Return the letters of a name's mark and the class of its colour.

    For cells of long lists: with data-av="letters" the style sheet draws the mark, without an element.
    """
    hue = crc32(text.normalise(name).encode()) % _HUES + 1
    return text.initials(name) or "?", f"hu{hue}"


@register.simple_tag
def ago(moment: datetime | date | None) -> SafeString:
    """How long ago, up to seven days; a date before that and in the future. Full time as tooltip.

    A naive time is read in the current time zone. — for None.
    """
    if moment is None:
        return _NOTHING
    if not isinstance(moment, datetime):
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), _short(moment))
    aware = timezone.make_aware(moment) if timezone.is_naive(moment) else moment
    age = _age(timezone.now() - aware)
    return _time(aware, age, get_language() or "", timezone.get_current_timezone_name())


@lru_cache(maxsize=8192)
def _time(moment: datetime, age: _Age, _language: str, _zone: str) -> SafeString:
    """The element, kept: a list shows the same rows again and again."""
    shown, exact = _words_of(moment, age)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.astimezone(UTC).isoformat(timespec="seconds"),
        exact,
        shown,
    )


def age_of(moment: datetime) -> tuple[str, str]:
    """Return what ago() shows of an aware time, and its tooltip; for cells without an element."""
    return _words_of(moment, _age(timezone.now() - moment))


def day_of(day: date) -> str:
    """Return what ago() shows of a date, without an element."""
    return _short(day)


def _words_of(moment: datetime, age: _Age) -> tuple[str, str]:
    local = timezone.localtime(moment)
    day = _short(local)
    return _relative(age) if age else day, f"{day} {local:%H:%M}"


def _age(age: timedelta) -> _Age:
    """Unit and count of what is shown, None if it lies ahead or is seven days and more."""
    seconds = int(age.total_seconds())
    if seconds < -60 or age.days >= _RELATIVE_DAYS:
        return None
    if seconds < 60:
        return "now", 0
    if seconds < 3600:
        return "minute", seconds // 60
    return ("hour", seconds // 3600) if seconds < 86_400 else ("day", age.days)


def _relative(age: tuple[str, int]) -> str:
    unit, count = age
    if unit == "now":
        return _("now")
    if unit == "minute":
        words = ngettext("%(count)d minute ago", "%(count)d minutes ago", count)
    elif unit == "hour":
        words = ngettext("%(count)d hour ago", "%(count)d hours ago", count)
    else:
        words = ngettext("%(count)d day ago", "%(count)d days ago", count)
    return words % {"count": count}


def _short(day: date) -> str:
    is_arabic = (get_language() or "").startswith("ar")
    return date_format(day, "j F Y" if is_arabic else "j M Y")


@register.simple_tag(takes_context=True)
def query_with(context: dict[str, Any], **changes: object) -> str:
    """The current query string with some parameters changed: {% query_with page=2 %}.

    A parameter that is None or "" is taken out. Begins with "?", so it is a link by itself.
    """
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"

"""Quantities, movements and states of documents in templates."""

from decimal import Decimal
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext

from crm_project.kit.templatetags.crm import icon, num
from inventory import stocklist
from inventory.models import StockMovement

register = template.Library()
register.filter("is_low", stocklist.is_low)

_ICONS = {
    "receipt": ("package-import", "t-good"),
    "issue": ("package-export", "t-bad"),
    "transfer": ("arrows-exchange", "t-info"),
    "adjustment": ("pencil", "ink2"),
    "return": ("arrow-back-up", "t-good"),
    "reservation": ("lock", "muted"),
    "release": ("key", "muted"),
}
_TONES = {
    "draft": "",
    "ordered": "info",
    "sent": "info",
    "partial": "warn",
    "open": "info",
    "received": "good",
    "posted": "good",
    "cancelled": "bad",
}


@register.filter
def unlocalized(value: Decimal) -> str:
    """A number for programs: a point, no groups, no idle zeros."""
    return f"{_bare(value):f}"


@register.simple_tag
def qty(value: Decimal | str | None) -> SafeString:
    """A quantity without idle zeros, grouped; — for None and for what the template lacks."""
    return num(None if value is None or value == "" else _bare(Decimal(value)))


@register.simple_tag
def qty_text(value: Decimal | None) -> str:
    """What qty() shows, without an element: for a cell that has its direction itself."""
    return "—" if value is None else f"{_bare(Decimal(value)):,f}".replace("-", "\u2212")


@register.simple_tag
def signed(value: Decimal) -> SafeString:
    """A change with its sign."""
    written = f"{_bare(value):+,f}".replace("-", "\u2212")
    return SafeString(f'<bdi dir="ltr" class="num">{written}</bdi>')  # digits and signs alone


def reserved_change(value: Decimal) -> SafeString:
    """A change of what is reserved, in the reader's language."""
    words = escape(pgettext("pieces", "reserved"))
    return SafeString(f'<span class="muted">{signed(value)} {words}</span>')


@register.simple_tag
def difference(line: Any) -> SafeString:
    """How far what was counted is from what was expected."""
    gap = line.counted - line.expected
    if gap == 0:
        return format_html('<span class="t-good">{}</span>', icon("check"))
    tone = "t-info" if gap > 0 else "t-bad"
    return format_html('<b class="{}">{}</b>', tone, signed(gap))


@register.simple_tag
def movement_kind(movement: Any) -> SafeString:
    """The kind of a movement in words, with its sign."""
    return kind_badge(movement.kind, get_language() or "")


@lru_cache(maxsize=64)
def kind_badge(kind: str, _language: str) -> SafeString:
    """A kind of movement in words, with its sign; kept for each language."""
    name, tone = _ICONS.get(kind, ("history", ""))
    return format_html(
        '<span class="rowx nw"><span class="{}">{}</span>{}</span>',
        tone,
        icon(name),
        dict(StockMovement.Kind.choices).get(kind, kind),
    )


@register.simple_tag
def movement_icon(movement: Any) -> SafeString:
    """The sign of a movement's kind."""
    name, tone = _ICONS.get(movement.kind, ("history", ""))
    return format_html('<span class="{}">{}</span>', tone, icon(name))


@register.simple_tag
def document_status(document: Any) -> SafeString:
    """The state of a transfer, count or purchase order as a badge."""
    tone = _TONES.get(document.status, "")
    css = f"st st-{tone}" if tone else "st"
    return format_html('<span class="{}">{}</span>', css, document.get_status_display())


def _bare(value: Decimal) -> Decimal:
    """Without idle zeros, and without an exponent."""
    plain = Decimal(value).normalize()
    exponent = plain.as_tuple().exponent
    return plain.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else plain

"""Figures with units, and what alerts and jobs say."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from operations.shown import Figure, duration
from operations.wording import sentence

register = template.Library()

register.filter("as_duration", duration)
register.filter("alert_sentence", sentence)


@register.simple_tag
def figure(shown: Figure) -> SafeString:
    """A number, isolated left to right, and its unit."""
    number = format_html('<bdi dir="ltr" class="num">{}</bdi>', shown.value)
    return format_html("{} {}", number, shown.unit) if shown.unit else number


@register.filter
def job_arguments(arguments: Any) -> str:
    """What a job was given, as code: "signal_id=7"; cut where it is long."""
    given = arguments.items() if isinstance(arguments, dict) else []
    text = ", ".join(f"{name}={value}" for name, value in given)
    return f"{text[:117]}…" if len(text) > 118 else text

"""Values inside translated sentences."""

from typing import Any

from django import template

from crm_project.kit.counts import Grouped

register = template.Library()


@register.filter
def grouped(value: Any) -> Any:
    """Write a whole number as 12,500: {% blocktranslate count n=total|grouped %}; others stay."""
    return Grouped(value) if isinstance(value, int) and not isinstance(value, bool) else value

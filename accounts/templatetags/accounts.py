"""Words of the log and the drawer in templates."""

from typing import Any

from django import template

from accounts import words
from accounts.roles import SCOPES, Scope
from accounts.sections import Section, visible_sections

register = template.Library()

register.simple_tag(words.notice_label)
register.simple_tag(words.verb_label)
register.simple_tag(words.rule_label)


@register.simple_tag(takes_context=True)
def settings_sections(context: dict[str, Any]) -> list[tuple[Any, list[Section]]]:
    """The sections of the settings that the reader may open, under their headings."""
    return list(visible_sections(context["request"].user))


@register.simple_tag
def scope_level(scope: str) -> int:
    """How many of the four pips a scope lights: none 0, own 1, … company 4."""
    return SCOPES.index(Scope(scope)) if scope in SCOPES else 0


@register.filter
def changes(entry: Any) -> list[dict[str, Any]]:
    """The differences of a log entry as rows: field, before, after."""
    pairs = (
        (field, pair)
        for field, pair in entry.changes.items()
        if isinstance(pair, list) and len(pair) == 2 and pair[0] != pair[1]
    )
    return [
        {
            "field": words.field_label(entry.object_type, field),
            "before": words.value_label(entry.object_type, field, pair[0]),
            "after": words.value_label(entry.object_type, field, pair[1]),
        }
        for field, pair in pairs
    ]

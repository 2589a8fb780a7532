"""Words of the log and the drawer in templates."""

from typing import Any

from django import template
from django.utils.module_loading import import_string

from accounts import words
from accounts.roles import SCOPES, Scope

register = template.Library()

register.simple_tag(words.notice_label)
register.simple_tag(words.verb_label)
register.simple_tag(words.rule_label)


@register.simple_tag(takes_context=True)
def business_settings(context: dict[str, Any]) -> list[dict[str, Any]]:
    """Pages of the settings that other apps have for this person; the table lies above this app."""
    links: Any = import_string("crm_project.wiring.settings_links")
    found: list[dict[str, Any]] = links(context["request"].user)
    return found


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

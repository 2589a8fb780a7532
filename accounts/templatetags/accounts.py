"""Words of the log and the drawer in templates."""

from typing import Any

from django import template

from accounts import words
from accounts.roles import SCOPES, Scope

register = template.Library()

register.simple_tag(words.notice_label)
register.simple_tag(words.verb_label)


@register.simple_tag
def scope_level(scope: str) -> int:
    """How many of the four pips a scope lights: none 0, own 1, … company 4."""
    return SCOPES.index(Scope(scope)) if scope in SCOPES else 0


@register.filter
def changes(entry: Any) -> list[dict[str, Any]]:
    """The differences of a log entry as rows: field, before, after."""
    return [
        {"field": field.rpartition(".")[2].replace("_", " "), "before": pair[0], "after": pair[1]}
        for field, pair in entry.changes.items()
        if isinstance(pair, list) and len(pair) == 2
    ]

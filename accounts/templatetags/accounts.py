"""Words of the log and the drawer in templates."""

from typing import Any

from django import template

from accounts import words
from accounts.sections import Section, visible_sections

register = template.Library()

# Ids and counts that an undo, a run or an edit conflict reads again: they tell a person nothing.
_KEPT_TO_GO_BACK = frozenset({"after", "before", "ids", "of", "seen", "until", "upto", "version"})

register.simple_tag(words.notice_label)
register.simple_tag(words.verb_label)
register.simple_tag(words.rule_label)


@register.simple_tag(takes_context=True)
def settings_sections(context: dict[str, Any]) -> list[tuple[Any, list[Section]]]:
    """The sections of the settings that the reader may open, under their headings."""
    return list(visible_sections(context["request"].user))


@register.filter
def changes(entry: Any) -> list[dict[str, Any]]:
    """The differences of a log entry as rows: field, before, after; a single value is a new one."""
    told = (item for item in entry.changes.items() if item[0] not in _KEPT_TO_GO_BACK)
    known = ((field, _as_pair(value)) for field, value in told)
    pairs = ((field, pair) for field, pair in known if pair[0] != pair[1])
    return [
        {
            "field": words.field_label(entry.object_type, field),
            "before": words.value_label(entry.object_type, field, pair[0]),
            "after": words.value_label(entry.object_type, field, pair[1]),
        }
        for field, pair in pairs
    ]


def _as_pair(value: Any) -> list[Any]:
    return value if isinstance(value, list) and len(value) == 2 else [None, value or None]

"""Take parts out of JSON of any shape: what is missing or of another type is empty."""

from typing import Any

from .values import as_text


def mapping(value: Any, key: str | None = None) -> dict[str, Any]:
    """Return `value`, or what it has under `key`, if that is an object; else an empty one."""
    found = mapping(value).get(key) if key is not None else value
    return found if isinstance(found, dict) else {}


def objects(value: Any, key: str) -> list[dict[str, Any]]:
    """Return the objects in the list under `key`; a single object counts as a list of one."""
    found = mapping(value).get(key)
    found = [found] if isinstance(found, dict) else found
    return [inner for inner in found if isinstance(inner, dict)] if isinstance(found, list) else []


def text(value: Any, key: str) -> str:
    """Return the text under `key`: numbers as digits, lists joined, all else ""."""
    return as_text(mapping(value).get(key))


def nested(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Return pairs with bracketed keys, `a[b][c]=v`, as nested objects.

    >>> nested([("fields[tel][value]", "0100"), ("x", "1")])
    {'fields': {'tel': {'value': '0100'}}, 'x': '1'}
    """
    root: dict[str, Any] = {}
    for key, value in pairs:
        steps = [step.rstrip("]") for step in key.split("[")][:8]
        here = root
        for step in steps[:-1]:
            inner = here.get(step)
            if not isinstance(inner, dict):
                inner = here[step] = {}
            here = inner
        here[steps[-1] or str(len(here))] = value
    return root

"""Take values out of JSON of any shape: what is missing or of another type is simply empty."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

DEEPEST = 64  # levels; Meta's deepest payload has about twelve
LARGEST_INTEGER = 2**63 - 1  # beyond it the number is kept as its digits
MILLISECONDS_FROM = 100_000_000_000  # an epoch above this can't be seconds (the year 5138)
_SURROGATES_AND_NUL = {0: None} | dict.fromkeys(range(0xD800, 0xE000))


def clean_text(value: str) -> str:
    """Return `value` without NUL and lone surrogates, which PostgreSQL and UTF-8 refuse.

    >>> clean_text("a\\x00b\\ud800")
    'ab'
    """
    if value.isascii() and "\0" not in value:
        return value
    return value.translate(_SURROGATES_AND_NUL)


def clean_json(value: Any, *, depth: int = 0) -> Any:
    """Return a copy of a JSON value that can be stored as jsonb.

    Strings are cleaned, NaN and infinities become None, integers beyond 64 bits their digits;
    what is nested deeper than DEEPEST becomes None.
    """
    match value:
        case str():
            return clean_text(value)
        case bool() | None:
            return value
        case int():
            return value if abs(value) <= LARGEST_INTEGER else _digits(value)
        case float():
            return value if math.isfinite(value) else None
        case dict() if depth < DEEPEST:
            return {
                clean_text(str(key)): clean_json(inner, depth=depth + 1)
                for key, inner in value.items()
            }
        case list() | tuple() if depth < DEEPEST:
            return [clean_json(inner, depth=depth + 1) for inner in value]
    return None


def _digits(value: int) -> str:
    try:
        return str(value)
    except ValueError:  # more digits than the interpreter agrees to print
        return hex(value)


def mapping(value: Any, key: str | None = None) -> dict[str, Any]:
    """Return `value`, or what `value` has under `key`, if that is an object; else an empty one."""
    found = mapping(value).get(key) if key is not None else value
    return found if isinstance(found, dict) else {}


def elements(value: Any, key: str) -> list[Any]:
    """Return the list under `key`; a single object counts as a list of one, all else is empty."""
    found = mapping(value).get(key)
    if isinstance(found, dict):
        return [found]
    return found if isinstance(found, list) else []


def objects(value: Any, key: str) -> Iterator[dict[str, Any]]:
    """Yield the objects in the list under `key`, leaving out whatever else stands there."""
    return (element for element in elements(value, key) if isinstance(element, dict))


def text(value: Any, key: str) -> str:
    """Return the text under `key`: strings as they are, numbers as digits, all else ""."""
    found = mapping(value).get(key)
    if isinstance(found, str):
        return found
    if isinstance(found, bool) or not isinstance(found, int | float):
        return ""
    return str(found)


def truth(value: Any, key: str) -> bool:
    """Return whether `key` holds true; only the JSON value counts, not "yes" or 1."""
    return mapping(value).get(key) is True


def integer(value: Any, key: str) -> int | None:
    """Return the whole number under `key`, also when it came as digits; else None."""
    found = text(value, key).strip()
    if not found.removeprefix("-").isdecimal() or len(found) > 18:
        return None
    return int(found)


def moment(value: Any, key: str) -> datetime | None:
    """Return the time under `key` (Unix seconds or milliseconds, text or number) in UTC."""
    seconds = integer(value, key)
    if seconds is None or seconds < 0:
        return None
    if seconds >= MILLISECONDS_FROM:
        seconds //= 1000
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None

"""Values of answers: text of anything, moments of any writing, campaign marks of an address."""

import re
from datetime import UTC, datetime, tzinfo
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit

# Only entities that end properly: "?a=1&copy=2" is an address, not a copyright sign.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_TAG_BREAK = re.compile(r"<\s*(?:br|/p|/div|/li|/tr)\b[^>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
_SPACES = re.compile(r"[ \t\u00a0]+")
_MARKS = ("gclid", "fbclid", "msclkid", "ttclid", "ctwa_clid", "wbraid", "gbraid")
_FORMATS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%d-%b-%Y %I:%M:%S %p",
    "%d-%b-%Y %H:%M:%S",
    "%d-%b-%y %I:%M:%S %p",
    "%d %b %Y %H:%M:%S",
    "%d-%m-%Y %H:%M:%S",
    "%d/%m/%Y %H:%M:%S",
    "%B %d, %Y %I:%M %p",
    "%d-%b-%Y",
    "%d %b %Y",
    "%d-%m-%Y",
    "%d/%m/%Y",
    "%Y/%m/%d",
    "%B %d, %Y",
)
_MILLISECONDS_FROM = 100_000_000_000
_MOST_BITS = 4096  # of a number that Python prints in digits


def as_text(value: Any) -> str:
    """Return an answer as a person would read it; lists are joined with commas.

    >>> as_text(["خشب", None, 3]), as_text(True), as_text({"a": 1})
    ('خشب, 3', 'yes', '')
    """
    match value:
        case str():
            return value.strip()
        case bool():
            return "yes" if value else "no"
        case int() if value.bit_length() > _MOST_BITS:
            return hex(value)
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case int() | float():
            return str(value)
        case list() | tuple():
            return ", ".join(filter(None, (as_text(inner) for inner in value)))
    return ""


def unescaped(text: str) -> str:
    """Return `text` with properly ended HTML entities replaced."""
    return _ENTITY.sub(lambda match: unescape(match[0]), text)


def without_markup(text: str) -> str:
    """Return the words of an HTML fragment, its breaks kept as lines."""
    broken = _TAG.sub(" ", _TAG_BREAK.sub("\n", text))
    lines = (_SPACES.sub(" ", line).strip() for line in unescaped(broken).splitlines())
    return "\n".join(line for line in lines if line)


def moment(value: Any, *, zone: tzinfo = UTC) -> datetime | None:
    """Return a time in UTC, or None. Without an offset it counts as local to `zone`.

    Accepts Unix seconds or milliseconds, ISO 8601, and the writings in use at marketplaces.
    """
    text = as_text(value)[:40]
    if not text:
        return None
    try:
        if text.isdecimal():
            return _from_epoch(int(text))
        return _from_text(text, zone)
    except (OverflowError, OSError, ValueError):
        return None


def _from_epoch(seconds: int) -> datetime | None:
    if seconds >= _MILLISECONDS_FROM:
        seconds //= 1000
    return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None


def _from_text(text: str, zone: tzinfo) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = next(filter(None, (_strptime(text, form) for form in _FORMATS)), None)  # type: ignore[assignment]
    if found is None:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)


def _strptime(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


def campaign_marks(url: str) -> dict[str, str]:
    """Return the utm_* and click ids in the query of an address; {} for anything else."""
    try:
        pairs = parse_qsl(urlsplit(url).query, max_num_fields=100)
    except ValueError:
        return {}
    return {key: value for key, value in pairs if key.startswith("utm_") or key in _MARKS}

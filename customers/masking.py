"""Contact data as a role may see it, the same for page, API, export and search."""

from typing import Any

from crm_project.kit.phones import format_phone

VISIBLE, MASKED, HIDDEN = "visible", "masked", "hidden"
PHONE, EMAIL, IDENTIFIERS = "customers.phone", "customers.email", "customers.identifiers"

_DOTS = "••••"
_SHOWN_DIGITS = 2  # at the end of a masked number
_MODE_OF_KIND = {"phone": PHONE, "email": EMAIL}


def is_visible(user: Any, field: str) -> bool:
    """Return True when the person sees the field in full."""
    return bool(user.sees_field(field) == VISIBLE)


def shown_phone(e164: str, mode: str, *, is_formatted: bool = True) -> str:
    """Return a number as `mode` allows: in full, with two digits left, or "".

    >>> shown_phone("+966551234567", "masked")
    '•••• 67'
    """
    if not e164 or mode == HIDDEN:
        return ""
    if mode != VISIBLE:
        return f"{_DOTS} {e164[-_SHOWN_DIGITS:]}"
    return format_phone(e164) if is_formatted else e164


def shown_email(email: str, mode: str) -> str:
    """Return an address as `mode` allows: in full, the first letter and the ending, or "".

    >>> shown_email("noura@example.com", "masked")
    'n••••@••••.com'
    """
    if not email or mode == HIDDEN:
        return ""
    if mode == VISIBLE:
        return email
    name, _at, domain = email.partition("@")
    return f"{name[:1]}{_DOTS}@{_DOTS}.{domain.rpartition('.')[2]}"


def shown_identifier(value: str | None, mode: str) -> str:
    """Return a national id or tax number as `mode` allows; masked keeps the last two characters."""
    if not value or mode == HIDDEN:
        return ""
    return value if mode == VISIBLE else f"{_DOTS}{value[-2:]}"


def shown_point(kind: str, value: str, user: Any, *, is_formatted: bool = True) -> str:
    """Return a contact point's value as the person may see it."""
    mode = user.sees_field(_MODE_OF_KIND[kind])
    if kind == "phone":
        return shown_phone(value, mode, is_formatted=is_formatted)
    return shown_email(value, mode)

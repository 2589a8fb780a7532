"""Contact data as the caller's role may see it."""

from typing import Any

SENSITIVE = {"phone": "customers.phone", "email": "customers.email"}
SHOWN = 3  # characters left at the end


def masked(column: str, value: str, user: Any) -> str:
    """Return the value, a masked one, or an empty text, by the role's field setting."""
    if not value:
        return value
    match user.sees_field(SENSITIVE[column]):
        case "visible":
            return value
        case "masked":
            return "•" * max(3, len(value) - SHOWN) + value[-SHOWN:]
    return ""

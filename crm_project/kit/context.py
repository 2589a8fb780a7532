"""What the shell of every page shows: language, theme, navigation, badges."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return `shell`, computed only when a template uses it."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: HttpRequest) -> dict[str, Any]:
    from crm_project.shell import shell_of  # the table of navigation; it imports the apps

    language = get_language() or "ar"
    user = getattr(request, "user", None)
    common: dict[str, Any] = {
        "language": language,
        "direction": "rtl" if language == "ar" else "ltr",
        "theme": getattr(user, "theme", "auto"),
        "is_rail": getattr(user, "is_rail", False),
        "navigation": [],
        "nav_state": "",
        "create_actions": [],
        "unread": 0,
    }
    return {**common, **shell_of(request)}

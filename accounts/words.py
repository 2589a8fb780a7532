"""Words for what the log and the drawer show. Other apps add theirs in their own `words` module."""

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.translation import gettext_lazy as _

VERBS: Mapping[str, Any] = {
    "sign_in.succeeded": _("signed in"),
    "sign_in.failed": _("tried to sign in and failed"),
    "sign_in.locked": _("was locked out for a while"),
    "sign_out": _("signed out"),
    "access.denied": _("was refused a page"),
    "identity.confirmed": _("confirmed the password"),
    "session.ended": _("ended a session"),
    "password.changed": _("changed the password"),
    "mfa.enabled": _("turned on one-time codes"),
    "mfa.disabled": _("turned off one-time codes"),
    "mfa.recovery_codes_renewed": _("made new recovery codes"),
    "token.issued": _("got API tokens"),
    "token.family_revoked": _("lost API tokens"),
    "user.invited": _("was invited"),
    "user.changed": _("was changed"),
    "user.signed_out_everywhere": _("was signed out everywhere"),
    "profile.changed": _("changed the own profile"),
    "role.created": _("role added"),
    "role.changed": _("role changed"),
    "settings.changed": _("company settings changed"),
    "integration.created": _("integration added"),
    "key.created": _("integrator key made"),
    "key.revoked": _("integrator key revoked"),
    "saved_view.created": _("saved a view"),
    "saved_view.deleted": _("deleted a view"),
}
NOTICES: Mapping[str, Any] = {}

_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@lru_cache(maxsize=4)
def _collected(table: str) -> dict[str, Any]:
    words: dict[str, Any] = {}
    for app in settings.APPS:
        if find_spec(f"{app}.words"):
            words.update(getattr(import_module(f"{app}.words"), table, {}))
    return words


def verbs() -> dict[str, Any]:
    """Return every app's words for its log entries, by verb."""
    return _collected("VERBS")


def notices() -> dict[str, Any]:
    """Return every app's kinds of notification with their sentence."""
    return _collected("NOTICES")


def verb_label(verb: str) -> str:
    """Return the words for a verb; an unknown one is shown as it is, readable."""
    return str(verbs().get(verb, verb.replace("_", " ").replace(".", ": ")))


def notice_label(kind: str) -> str:
    """Return the sentence of a kind of notification."""
    return str(notices().get(kind, kind.replace("_", " ").replace(".", ": ")))


def browser_name(user_agent: str) -> str:
    """Return browser and system in two words, e.g. "Firefox · Windows"; "" for nothing known.

    >>> browser_name("Mozilla/5.0 (iPhone; …) AppleWebKit/605 Version/17 Safari/604")
    'Safari · iPhone'
    """
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    if not browser and "Safari" in user_agent:
        browser = "Safari"
    system = next((name for mark, name in _SYSTEMS if re.search(mark, user_agent)), "")
    return " · ".join(filter(None, (browser, system)))


def app_label(app: str) -> str:
    """Return the name of an app for people."""
    return str(apps.get_app_config(app).verbose_name)

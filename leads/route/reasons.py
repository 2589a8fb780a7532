"""Reasons of a decision in the reader's language. Decisions store codes, not sentences."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from .conditions import FIELDS

SENTENCES: Mapping[str, Any] = {
    "matched": _("%(label)s is “%(value)s”"),
    "catch_all": _("The rule takes every lead"),
    "named": _("The rule names this person"),
    "in_turn": _("It is this person's turn of %(count)s"),
    "load": _("Has %(open_leads)s open leads of %(capacity)s"),
    "of_free": _("The most room among %(count)s free colleagues"),
    "nobody_free": _("Rule “%(rule)s” also fits, but nobody is free there"),
    "fallback": _("No rule found a free person: the lead waits in the branch's queue"),
    "customer_owner": _("Looks after this customer already"),
    "by_hand": _("Handed over by %(name)s"),
    "spam": _("Looks like spam, so nobody is bothered"),
}
ICONS = {
    "matched": "map-pin", "load": "gauge", "of_free": "users", "in_turn": "repeat",
    "named": "user-check", "customer_owner": "user-check", "by_hand": "user-share",
    "nobody_free": "calendar-x", "fallback": "inbox", "spam": "shield-x", "catch_all": "infinity",
}  # fmt: skip


def sentence(reason: Mapping[str, Any]) -> str:
    """Return one reason as a sentence; an unknown code shows itself."""
    params = dict(reason.get("params") or {})
    params["label"] = FIELDS.get(params.get("field", ""), params.get("field", ""))
    template = SENTENCES.get(str(reason.get("code")), str(reason.get("code")))
    try:
        return str(template) % params
    except (KeyError, ValueError, TypeError):
        return str(template)

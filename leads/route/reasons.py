"""Reasons of a decision in the reader's language. Decisions store codes, not sentences."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from crm_project.kit.counts import Grouped

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
LINE_MARK = "~"  # marks a reason written into one line of the log, apart from older sentences


def as_line(reason: Mapping[str, Any]) -> str:
    """Return a reason as one line that reason_of() reads again, for any language."""
    kept = {"code": reason.get("code"), "params": reason.get("params") or {}}
    return LINE_MARK + json.dumps(kept, ensure_ascii=False, default=str)


def reason_of(line: str) -> dict[str, Any] | None:
    """Return the reason that as_line() wrote; None for any other line."""
    try:
        reason = json.loads(line.removeprefix(LINE_MARK))
    except (ValueError, RecursionError):
        return None
    return reason if isinstance(reason, dict) else None


def sentence(reason: Mapping[str, Any]) -> str:
    """Return one reason as a sentence; an unknown code shows itself."""
    known = dict(reason.get("params") or {})
    params = {name: Grouped(at) if type(at) is int else at for name, at in known.items()}
    params["label"] = FIELDS.get(known.get("field", ""), known.get("field", ""))
    template = SENTENCES.get(str(reason.get("code")), str(reason.get("code")))
    try:
        return str(template) % params
    except (KeyError, ValueError, TypeError):
        return str(template)

"""Words for what the log and the drawer show. Other apps add theirs in their own `words` module."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateTimeField
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.roles import SCOPES, Scope, declared_fields, declared_permissions
from crm_project.kit.text import isolate

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
    "branch.created": _("branch added"),
    "branch.changed": _("branch changed"),
    "department.created": _("department added"),
    "department.changed": _("department changed"),
    "department.removed": _("department removed"),
    "team.created": _("team added"),
    "team.changed": _("team changed"),
    "team.removed": _("team removed"),
    "integration.created": _("integration added"),
    "key.created": _("integrator key made"),
    "key.revoked": _("integrator key revoked"),
    "saved_view.created": _("saved a view"),
    "saved_view.deleted": _("deleted a view"),
}
NOTICES: Mapping[str, Any] = {"mail.unsent": _("A mail could not be sent")}
# Why a machine did something: rules and what they saw, by the name that the log keeps.
RULES: Mapping[str, Any] = {
    "password": _("wrong password"),
    "code": _("wrong one-time code"),
    "too many wrong tries": _("too many wrong tries"),
    "new permissions": _("new permissions of this version"),
}

_FIELDS: Mapping[str, Any] = {  # columns without a name of their own, and what is no column
    "customer": _("Customer"),
    "like": _("Copy of"),
    "branch": _("Branch"),
    "manager": _("Manager"),
    "hours.1": _("Hours on Monday"),
    "hours.2": _("Hours on Tuesday"),
    "hours.3": _("Hours on Wednesday"),
    "hours.4": _("Hours on Thursday"),
    "hours.5": _("Hours on Friday"),
    "hours.6": _("Hours on Saturday"),
    "hours.7": _("Hours on Sunday"),
    "scopes": _("Permissions"),
    "rule": _("Rule"),
    "person": _("Responsible"),
    "team": _("Team"),
    "state": _("State"),
    "value": _("Value"),
    "run": _("Reading"),
    "field": _("Detail"),
    "document": _("Document"),
    "file": _("File"),
    "filters": _("Filters"),
    "tag": _("Tag"),
    "total": _("Total"),
    "order": pgettext_lazy("record", "Order"),
    "shipment": _("shipment"),
    "receipt": _("receipt"),
    "product": _("product"),
    "warehouse": _("warehouse"),
    "lines": _("Lines"),
    "reason": _("Reason"),
    "reference": _("Reference"),
    "reorder_point": _("reorder point"),
    "reorder_quantity": _("Reorder quantity"),
    "adjusted": _("Lines adjusted"),
    "photo": _("photo"),
    "signed": _("signature"),
    "item": _("checklist item"),
    "text": _("Text"),
    "members": _("Members"),
    "merged": _("Merged into this one"),
    "into": _("Merged into"),
    "with": _("Duplicate of"),
    "backup": _("backup"),
    "path": _("Page"),
    "count": _("Rows"),
    "created": _("added"),
    "updated": _("updated"),
    "skipped": _("skipped"),
    "failed": _("failed"),
}
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@lru_cache(maxsize=16)
def _collected(table: str) -> dict[str, Any]:
    words: dict[str, Any] = {}
    for app in settings.APPS:
        if find_spec(f"{app}.words"):
            words.update(getattr(import_module(f"{app}.words"), table, {}))
    return words


def timeline_looks() -> dict[str, Any]:
    """Return how every app's kinds of timeline entries look: words, icon, colour."""
    return _collected("TIMELINE")


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


def rule_label(rule: str) -> str:
    """Return the words for a rule or for what it saw; "name:value" keeps its value.

    A name that a person gave to a rule is shown as it is. An app's table WRITTEN names, by its first
    letter, what reads a form of its own.
    """
    if reader := _collected("WRITTEN").get(rule[:1]):
        return str(reader(rule))
    words = _collected("RULES")
    if rule in words:
        return str(words[rule])
    name, colon, value = rule.partition(":")
    return f"{words[name]} {isolate(value)}" if colon and name in words else rule


def field_label(object_type: str, field: str) -> str:
    """Return what a changed field is called on the pages: a permission, a column, else its name."""
    for codes in (*declared_permissions().values(), declared_fields()):
        if field in codes:
            return str(codes[field])
    found = _column(object_type, field)
    if found is None:
        return str(_FIELDS.get(field, field.rpartition(".")[2].replace("_", " ")))
    return str(_FIELDS.get(field) or capfirst(str(found.verbose_name)))


def value_label(object_type: str, field: str, value: Any) -> str:
    """Return a changed value in the reader's words; "—" for none."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "—"
    if isinstance(value, dict):
        return ", ".join(f"{isolate(name)}: {isolate(one)}" for name, one in value.items()) or "—"
    if value in SCOPES and field not in ("status", "kind") and "." in field:
        return str(Scope(value).label)
    column = _column(object_type, field)
    if isinstance(column, DateTimeField) and (moment := _moment(value)):
        return date_format(localtime(moment), "DATETIME_FORMAT")
    choices = dict(getattr(column, "flatchoices", ()))
    return str(choices[value]) if value in choices else rule_label(str(value))


def _moment(value: Any) -> datetime | None:
    """The time that the log keeps as text, if it is one."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _column(object_type: str, field: str) -> Any:
    """The model's column of that name; None when the log speaks of something else."""
    try:
        return apps.get_model(object_type)._meta.get_field(field)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None


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

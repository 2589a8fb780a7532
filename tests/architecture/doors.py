"""Addresses of the doors, filled with a side's records."""

import re
from collections.abc import Iterator
from typing import Any

from crm_project.kit.management.commands.list_urls import ADMIN, Door, doors
from tests.architecture.world import Side

# Which record stands for `pk`, by the longest prefix of the door's name.
RECORD_OF = {
    "accounts:user": "user",
    "accounts:branch": "branch",
    "accounts:department": "department",
    "accounts:team": "team",
    "accounts:role": "role",
    "accounts:session": "session",
    "accounts:notification": "notification",
    "accounts:key": "key",
    "accounts:saved_view": "view",
    "customers:note": "note",
    "customers:consent": "customer",
    "customers:point": "point",
    "customers:point_add": "customer",
    "customers:note_add": "customer",
    "customers:": "customer",
    "leads:signal_panel": "signal",
    "leads:replay": "message",
    "messaging:customer_panel": "customer",
    "messaging:": "signal",
    "leads:customer_panel": "customer",
    "leads:rule": "rule",
    "leads:form": "form",
    "leads:field": "field",
    "leads:duplicate": "suggestion",
    "leads:public_form": "form",
    "leads:": "lead",
    "user-": "user",
    "branch-": "branch",
    "role-": "role",
    "notification-": "notification",
    "customer-": "customer",
    "lead-": "lead",
    "signal-": "signal",
    "message-": "message",
    "routing": "rule",
    "web": "form",
}
FIXED = {
    "activity_pk": "987654321", "uid": "MQ", "token": "abc-def", "action": "deactivate", "format": "json",
    "status": "new",
}  # fmt: skip
GLOBAL_RECORDS = {"role", "category", "tag"}  # belong to no branch


def record_name(door: Door) -> str:
    """Return which record the door's `pk` means."""
    known = [prefix for prefix in RECORD_OF if door.name.startswith(prefix)]
    return RECORD_OF[max(known, key=len)] if known else ""


def address(door: Door, side: Side) -> str:
    """Return the door's URL with the side's record in it."""

    def fill(match: "re.Match[str]") -> str:
        name = match["name"]
        if name in FIXED:
            return FIXED[name]
        record = side.records.get(RECORD_BY_KWARG.get(name, "")) or side.records.get(
            record_name(door)
        )
        if record is None:
            raise LookupError(f"{door.name}: what stands for <{name}>? Add it to RECORD_OF.")
        return str(record.key if name == "key" else record.pk)

    route = re.sub(r"\(\?P<(?P<name>\w+)>(?:[^()]|\([^()]*\))*\)", fill, door.route)
    route = re.sub(r"<(?:\w+:)?(?P<name>\w+)>", fill, route)
    return re.sub(r"[\^$]|\\Z", "", route)


RECORD_BY_KWARG = {
    "customer_pk": "customer", "lead_pk": "lead", "note_pk": "note", "point_pk": "point",
    "key": "form",
}  # fmt: skip


def walkable() -> Iterator[Door]:
    """Yield all doors but the admin's, which Django's own checks and one test cover."""
    for door in doors():
        if door.permission != ADMIN and door.kind != "websocket":
            yield door


def has_record(door: Door) -> bool:
    """Return True when the address names one record; a state or a signed undo token is none."""
    return any(name not in FIXED for name in re.findall(r"<(?:\w+:)?(\w+)>", door.route))


def parameters_of(door: Door) -> dict[str, Any]:
    """Return a query that makes search doors answer with hits."""
    return {"q": "canary", "search": "canary"} if door.methods == ["GET"] else {}

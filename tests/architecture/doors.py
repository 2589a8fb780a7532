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
    "customers:consent": "customer",
    "customers:attachment": "attachment",
    "customers:merge_undo": "merge",
    "customers:pair": "pair",
    "customers:field": "custom_field",
    "customer-field": "custom_field",
    "received-file": "received_file",
    "integrator-key": "key",
    "product-picture": "picture",
    "inspection-signature": "inspection",
    "inspection-type-item": "checklist_item",
    "customers:": "customer",
    "orders:customer_panel": "customer",
    "orders:entry_customer": "customer",
    "orders:": "order",
    "order-": "order",
    "payment-": "payment",
    "exchange-rate": "rate",
    "exchange:": "batch",
    "import-": "batch",
    "inspections:customer_panel": "customer",
    "inspections:order_panel": "order",
    "inspections:absence": "absence",
    "inspections:item_new": "inspection_type",
    "inspections:item": "checklist_item",
    "inspections:type": "inspection_type",
    "inspections:photo": "photo",
    "inspections:": "inspection",
    "inspection-absence": "absence",
    "inspection-type": "inspection_type",
    "inspection-photo": "photo",
    "inspection-": "inspection",
    "inventory:category": "product_category",
    "inventory:count": "count",
    "inventory:lot": "lot",
    "inventory:offer": "product",
    "inventory:picture": "product",
    "inventory:product": "product",
    "inventory:purchase": "purchase",
    "inventory:reorder_level": "product",
    "inventory:supplier": "supplier",
    "inventory:transfer": "transfer",
    "inventory:warehouse": "warehouse",
    "count-": "count",
    "lot-": "lot",
    "movement-": "movement",
    "product-category": "product_category",
    "product-": "product",
    "purchase-order": "purchase",
    "stock-": "inventory",
    "supplier-": "supplier",
    "transfer-": "transfer",
    "warehouse-": "warehouse",
    "leads:signal_panel": "signal",
    "leads:replay": "message",
    "messaging:customer_panel": "customer",
    "messaging:allow_address": "conversation",
    "messaging:channel_": "channel",
    "messaging:file": "message_file",
    "messaging:": "signal",
    "leads:customer_panel": "customer",
    "leads:rule": "rule",
    "leads:form": "form",
    "leads:field": "field",
    "leads:duplicate": "suggestion",
    "leads:public_form": "form",
    "leads:": "lead",
    "operations:job": "signal",  # any number: a job is nobody's record
    "user-": "user",
    "branch-": "branch",
    "department-": "department",
    "team-": "team",
    "activity-": "activity",
    "saved-view": "view",
    "role-": "role",
    "notification-": "notification",
    "customer-": "customer",
    "customer-address": "address",
    "customer-category": "category",
    "customer-duplicate": "pair",
    "customer-file": "attachment",
    "customer-merge-": "merge",
    "customer-merge": "customer",
    "customer-note": "note",
    "customer-point": "point",
    "customer-tag": "tag",
    "lead-": "lead",
    "lead-duplicate": "suggestion",
    "lead-field": "field",
    "channel-": "channel",
    "conversation-": "conversation",
    "signal-": "signal",
    "message-": "message",
    "routing": "rule",
    "web": "form",
}
FIXED = {
    "activity_pk": "987654321", "uid": "MQ", "token": "abc-def", "action": "deactivate", "format": "json",
    "status": "new", "kind": "quote", "direction": "older", "size": "small", "step": "start",
    "resource": "customers", "code": "sales", "place": "0",
}  # fmt: skip
GLOBAL_RECORDS = {  # belong to no branch
    "role", "category", "tag", "rate", "product", "product_category", "warehouse", "supplier",
    "lot", "inspection_type", "checklist_item", "custom_field", "inventory",
    "picture",
}  # fmt: skip


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
    "key": "form", "payment_pk": "payment", "shipment_pk": "shipment", "line_pk": "count_line",
    "offer_pk": "offer", "image_pk": "picture", "place_pk": "warehouse",
    "inspection_pk": "inspection", "address_pk": "address", "attachment_pk": "attachment",
    "tag_pk": "tag", "category_pk": "category", "field_pk": "custom_field", "pair_pk": "pair",
    "merge_pk": "merge", "other_pk": "customer",
    "product_pk": "product", "type_pk": "inspection_type", "message_pk": "message",
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

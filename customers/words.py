"""Words for the log's entries about customers, and for their notifications."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.words import timeline_looks

VERBS: Mapping[str, Any] = {
    "customer.created": _("customer added"),
    "customer.changed": _("customer changed"),
    "customer.archived": _("customer archived"),
    "customer.restored": _("customer brought back"),
    "customer.point_added": _("contact added"),
    "customer.point_removed": _("contact removed"),
    "customer.primary_changed": _("primary contact changed"),
    "customer.bulk_changed": _("changed many customers"),
    "customer.bulk_undone": _("took a change of many customers back"),
    "customer.bulk_started": _("began to change many customers"),
    "customer.bulk_finished": _("finished changing many customers"),
    "customer.bulk_step_undone": _("took part of a change of many customers back"),
    "customer.bulk_all_undone": _("finished taking a change of many customers back"),
    "customer.change_undone": _("change taken back"),
    "customer.merged": _("customers merged"),
    "customer.merged_away": _("became part of another customer"),
    "customer.merge_undone": _("merge undone"),
    "customer.pair_dismissed": _("said that two customers are not the same"),
    "customers.exported": _("exported customers"),
    "consent.granted": _("consent recorded"),
    "consent.withdrawn": _("consent withdrawn"),
    "customer.address_added": _("address added"),
    "customer.address_changed": _("address changed"),
    "customer.address_removed": _("address removed"),
    "customer.file_added": _("file added"),
    "customer.file_removed": _("file removed"),
    "customer.file_restored": _("file brought back"),
    "customer.file_forgotten": _("file deleted for good"),
    "custom_field.defined": _("customer field added"),
    "custom_field.changed": _("customer field changed"),
    "custom_field.retired": _("customer field retired"),
    "custom_field.restored": _("customer field brought back"),
    "custom_field.moved": _("customer field moved"),
    "category.saved": _("category saved"),
    "category.removed": _("category removed"),
    "tag.added": _("tag added"),
    "tag.renamed": _("tag renamed"),
    "tag.merged": _("tags merged"),
    "tag.removed": _("tag removed"),
    "note.edited": _("note changed"),
    "note.added": _("note written"),
    "note.pinned": _("note pinned"),
    "note.unpinned": _("note no longer pinned"),
    "note.deleted": _("note removed"),
}
NOTICES: Mapping[str, Any] = {
    "customer.mentioned": _("You are mentioned in a note"),
    "customer.bulk_finished": _("Your change of many customers is done"),
}
# How a kind of timeline entry looks: words, icon, colour. The longest known beginning counts.
TIMELINE: Mapping[str, tuple[Any, str, str]] = {
    "message.in": (_("wrote to us"), "message-circle", "wa"),
    "message.out": (_("was written to"), "send", "wa"),
    "message": (_("message"), "message-circle", "wa"),
    "email": (_("e-mail"), "mail", "mail"),
    "call": (_("call"), "phone", "call"),
    "note": (_("note"), "note", "note"),
    "file": (_("file added"), "paperclip", "note"),
    "order": (_("order"), "receipt", "ord"),
    "payment": (_("payment"), "cash", "ord"),
    "inspection": (_("site visit"), "map-pin", "insp"),
    "lead.assigned": (_("enquiry handed over"), "user-share", "insp"),
    "lead.converted": (_("became a customer"), "user-check", "ord"),
    "lead": (_("enquiry"), "target-arrow", "web"),
}
OTHER = (_("event"), "activity", "insp")


# What the timeline is narrowed to: parameter → words and the beginnings of the kinds it shows.
TIMELINE_FILTERS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "messages": (_("Messages"), ("message", "email")),
    "calls": (_("Calls"), ("call",)),
    "notes": (_("Notes"), ("note",)),
    "leads": (_("Leads"), ("lead",)),
    "inspections": (_("Site visits"), ("inspection",)),
    "orders": (_("Orders"), ("order", "quote", "invoice", "delivery")),
    "payments": (_("Payments"), ("payment", "receipt", "refund")),
    "files": (_("Files"), ("file",)),
}


def timeline_look(kind: str) -> tuple[Any, str, str]:
    """Return words, icon and colour of a kind of timeline entry."""
    parts = kind.split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    looks = timeline_looks()
    return next((looks[name] for name in names if name in looks), OTHER)

"""Words for the log's entries about customers, and for their notifications."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

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
    "lead.assigned": (_("enquiry handed over"), "user-share", "insp"),
    "lead.converted": (_("became a customer"), "user-check", "ord"),
    "lead": (_("enquiry"), "target-arrow", "web"),
}
OTHER = (_("event"), "activity", "insp")


def timeline_look(kind: str) -> tuple[Any, str, str]:
    """Return words, icon and colour of a kind of timeline entry."""
    parts = kind.split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((TIMELINE[name] for name in names if name in TIMELINE), OTHER)

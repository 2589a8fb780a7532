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
    "customer.change_undone": _("change taken back"),
    "customers.exported": _("exported customers"),
    "consent.granted": _("consent recorded"),
    "consent.withdrawn": _("consent withdrawn"),
    "note.added": _("note written"),
    "note.pinned": _("note pinned"),
    "note.unpinned": _("note no longer pinned"),
    "note.deleted": _("note removed"),
}
NOTICES: Mapping[str, Any] = {"customer.mentioned": _("You are mentioned in a note")}

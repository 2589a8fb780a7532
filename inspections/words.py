"""Words for the log's entries about inspections, and for their notifications."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

VERBS: Mapping[str, Any] = {
    "inspection.requested": _("inspection requested"),
    "inspection.changed": _("inspection changed"),
    "inspection.scheduled": _("inspection scheduled"),
    "inspection.moved": _("inspection moved"),
    "inspection.move_undone": _("move of an inspection taken back"),
    "inspection.set_out": _("inspector set out"),
    "inspection.started": _("inspection began"),
    "inspection.completed": _("inspection completed"),
    "inspection.cancelled": _("inspection cancelled"),
    "inspection.no_show": _("customer wasn't there"),
    "inspection.answered": _("results of an inspection written"),
    "inspection.photo_added": _("photo of an inspection added"),
    "inspection.photo_removed": _("photo of an inspection removed"),
    "inspection.signed": _("inspection signed"),
    "inspection.drafted": _("draft order made from an inspection"),
    "inspections.exported": _("exported inspections"),
    "inspection_type.added": _("inspection type added"),
    "inspection_type.changed": _("inspection type changed"),
    "checklist_item.added": _("checklist item added"),
    "checklist_item.changed": _("checklist item changed"),
    "checklist_item.moved": _("checklist item moved"),
    "absence.added": _("absence added"),
    "absence.removed": _("absence removed"),
    "calendar_link.made": _("calendar link made"),
    "calendar_link.revoked": _("calendar link revoked"),
}
NOTICES: Mapping[str, Any] = {
    "inspection.scheduled": _("An inspection was given to you"),
    "inspection.moved": _("An inspection of yours was moved"),
    "inspection.handed_over": _("An inspection of yours went to a colleague"),
    "inspection.cancelled": _("An inspection was cancelled"),
    "inspection.completed": _("An inspection that you asked for is completed"),
    "inspection.no_show": _("The customer wasn't there at the inspection"),
}
# How a line of the customer's timeline looks: words, icon, colour.
TIMELINE: Mapping[str, tuple[Any, str, str]] = {
    "inspection.requested": (_("inspection requested"), "clipboard-check", "insp"),
    "inspection.scheduled": (_("inspection scheduled"), "calendar", "insp"),
    "inspection.moved": (_("inspection moved"), "calendar", "insp"),
    "inspection.completed": (_("inspection completed"), "clipboard-check", "insp"),
    "inspection.no_show": (_("customer wasn't there"), "user-off", "insp"),
    "inspection": (_("inspection"), "clipboard-check", "insp"),
}
STATUS_TONES = {
    "requested": "warn",
    "scheduled": "info",
    "on_the_way": "brand",
    "in_progress": "brand",
    "completed": "good",
    "cancelled": "",
    "no_show": "bad",
}
OUTCOME_TONES = {"ready": "good", "needs_work": "warn", "not_possible": "bad"}

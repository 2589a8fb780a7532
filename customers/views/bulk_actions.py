"""What the bulk bar of the list offers, by permission."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from customers import permissions


def bulk_actions(user: Any) -> list[dict[str, Any]]:
    """The actions that the person may do to many customers at once."""
    offered = [
        ("assign", permissions.ASSIGN, _("Assign"), "user-share"),
        ("category", permissions.CHANGE, _("Category"), "award"),
        ("tag", permissions.CHANGE, _("Tag"), "tags"),
        ("status", permissions.CHANGE, _("Status"), "activity"),
        ("field", permissions.CHANGE, _("Field"), "forms"),
        ("merge", permissions.MERGE, _("Merge"), "copy-check"),
        ("archive", permissions.CHANGE, _("Archive"), "archive"),
    ]
    return [
        {
            "label": label,
            "icon": icon,
            "url": reverse("customers:bulk", args=[name]),
            "opens_panel": name not in ("archive", "merge"),
        }
        for name, code, label, icon in offered
        if user.has_perm(code)
    ]

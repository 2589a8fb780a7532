"""Customers in the command palette."""

from typing import Any

from django.utils.translation import gettext as _

from crm_project.kit.hits import Hit

from . import permissions
from .finding import find
from .masking import PHONE, shown_phone
from .models import Customer

MOST = 6


def find_customers(user: Any, query: str) -> list[Hit]:
    """Return the customers that the user may see and that hold the words, the latest first."""
    if not query.strip() or not user.has_perm(permissions.VIEW):
        return []
    rows = find(Customer.objects.visible_to(user).open(), query, user=user)
    mode = user.sees_field(PHONE)
    found = rows.order_by("-last_contact_at", "-id").values_list(
        "pk", "name", "code", "phone", "kind", named=True
    )
    return [_hit(row, mode) for row in found[:MOST]]


def _hit(row: Any, mode: str) -> Hit:
    parts = (row.code, shown_phone(row.phone, mode))
    return Hit(
        label=row.name,
        sublabel=" · ".join(f"\u2066{part}\u2069" for part in parts if part),
        url=Customer(pk=row.pk).get_absolute_url(),
        icon="building" if row.kind == Customer.Kind.COMPANY else "user",
        group=_("Customers"),
    )

"""Orders in the command palette."""

from typing import Any

from django.utils.translation import gettext as _

from crm_project.kit.hits import Hit

from . import permissions
from .finding import find
from .models import Order

MOST = 6


def find_orders(user: Any, query: str) -> list[Hit]:
    """Return the newest orders that the user may see and that hold the words."""
    if not query.strip() or not user.has_perm(permissions.VIEW):
        return []
    rows = find(Order.objects.visible_to(user), query, user=user)
    newest = rows.select_related("customer").order_by("-created_at", "-pk")
    return [_hit(order) for order in newest[:MOST]]


def _hit(order: Order) -> Hit:
    parts = (order.customer.name, str(order.get_status_display()))
    return Hit(
        label=f"\u2066{order.number}\u2069",
        sublabel=" · ".join(parts),
        url=order.get_absolute_url(),
        icon="receipt",
        group=_("Orders"),
    )

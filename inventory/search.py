"""Products, suppliers and documents of the stock in the command palette."""

from typing import Any

from django.utils.translation import gettext as _

from crm_project.kit.hits import Hit
from crm_project.kit.search import search_q

from . import permissions
from .finding import clean_code, pick
from .models import Product, PurchaseOrder, Supplier, Transfer

MOST = 6
FEWER = 3


def find_inventory(user: Any, query: str) -> list[Hit]:
    """Return products first, then suppliers and documents, within the reader's reach."""
    if not query.strip():
        return []
    return [*_products(user, query), *_suppliers(user, query), *_documents(user, query)]


def _products(user: Any, query: str) -> list[Hit]:
    if not user.has_perm(permissions.VIEW_PRODUCT):
        return []
    return [
        Hit(
            label=product.name,
            sublabel=f"\u2066{product.sku}\u2069",
            url=product.get_absolute_url(),
            icon="package",
            group=_("Products"),
        )
        for product in pick(Product.objects.visible_to(user), query, limit=MOST)
    ]


def _suppliers(user: Any, query: str) -> list[Hit]:
    if not user.has_perm(permissions.VIEW_PURCHASE):
        return []
    rows = Supplier.objects.visible_to(user).filter(search_q("search", query))
    return [
        Hit(
            label=supplier.name,
            url=supplier.get_absolute_url(),
            icon="building-store",
            group=_("Suppliers"),
        )
        for supplier in rows.order_by("name", "pk")[:FEWER]
    ]


def _documents(user: Any, query: str) -> list[Hit]:
    """Purchase orders and transfers by the beginning of their number."""
    number = clean_code(query).upper()
    if len(number) < 2:
        return []
    found: list[Hit] = []
    for model, code, icon, group in (
        (PurchaseOrder, permissions.VIEW_PURCHASE, "truck-delivery", _("Purchase orders")),
        (Transfer, permissions.VIEW_STOCK, "arrows-exchange", _("Transfers")),
    ):
        if user.has_perm(code):
            rows = model.objects.visible_to(user).filter(number__startswith=number)
            found += [
                Hit(
                    label=row.number,
                    sublabel=str(row.get_status_display()),
                    url=row.get_absolute_url(),
                    icon=icon,
                    group=group,
                    is_code=True,
                )
                for row in rows.order_by("-pk")[:FEWER]
            ]
    return found

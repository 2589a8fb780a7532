"""Words for the log's entries about products and stock, and for their notifications."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

VERBS: Mapping[str, Any] = {
    "product.created": _("product added"),
    "product.changed": _("product changed"),
    "product.picture_added": _("picture added"),
    "product.picture_removed": _("picture removed"),
    "product.cover_chosen": _("cover picture chosen"),
    "product.reorder_level_changed": _("reorder point changed"),
    "products.exported": _("exported products"),
    "stock.exported": _("exported stock"),
    "product_category.created": _("product category added"),
    "product_category.changed": _("product category changed"),
    "warehouse.created": _("warehouse added"),
    "warehouse.changed": _("warehouse changed"),
    "stock.receipt": _("goods received"),
    "stock.issue": _("goods issued"),
    "stock.adjustment": _("stock adjusted"),
    "transfer.created": _("transfer written"),
    "transfer.sent": _("transfer sent"),
    "transfer.partly_received": _("part of a transfer received"),
    "transfer.received": _("transfer received"),
    "transfer.cancelled": _("transfer cancelled"),
    "count.opened": _("stock count opened"),
    "count.posted": _("stock count posted"),
    "count.cancelled": _("stock count cancelled"),
    "supplier.created": _("supplier added"),
    "supplier.changed": _("supplier changed"),
    "supplier.offer_changed": _("supplier's price changed"),
    "supplier.offer_removed": _("supplier's price removed"),
    "purchase.created": _("purchase order written"),
    "purchase.changed": _("purchase order changed"),
    "purchase.ordered": _("purchase order sent"),
    "purchase.partly_received": _("part of a purchase order received"),
    "purchase.received": _("purchase order received"),
    "purchase.closed": _("purchase order closed, the rest will not come"),
    "purchase.cancelled": _("purchase order cancelled"),
}
NOTICES: Mapping[str, Any] = {"stock.low": _("Low stock")}

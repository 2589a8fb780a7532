"""What the business does with products and stock."""

from .alerts import refresh_alerts, tell_about_low_stock
from .categories import category_named, save_category, tree, with_descendants
from .counts import Counted, NewCount, cancel_count, count_line, open_count, post_count
from .deliveries import Delivered, Delivery, receive_purchase
from .direct import Entry, Sheet, adjust_stock, issue_stock, receive_stock
from .lots import find_lots, movements_of, places_of_lot
from .pictures import add_picture, choose_cover, remove_picture
from .products import create_product, update_product
from .purchases import (
    PurchaseDraft,
    PurchaseLine,
    cancel_purchase,
    create_purchase,
    order_purchase,
    update_purchase,
)
from .reorder import LeftOut, Suggestion, order_low_stock, suggest
from .reserving import Want, reserve_stock
from .stock import Move, lock_stock, move_stock, release_stock
from .suppliers import offer_product, save_supplier, withdraw_offer
from .transfers import (
    Arrived,
    NewTransfer,
    cancel_transfer,
    create_transfer,
    in_transit_of,
    receive_transfer,
    send_transfer,
)
from .valuation import Worth, by_category, by_warehouse, total_by_currency
from .warehouses import ReorderLevel, branches_of, save_warehouse, set_reorder_level

__all__ = [
    "Arrived", "Counted", "Delivered", "Delivery", "Entry", "LeftOut", "Move", "NewCount", "NewTransfer",
    "PurchaseDraft", "PurchaseLine", "ReorderLevel", "Sheet", "Suggestion", "Want", "Worth",
    "add_picture", "adjust_stock", "branches_of", "by_category", "by_warehouse",
    "cancel_count", "cancel_purchase", "cancel_transfer", "category_named", "choose_cover", "count_line",
    "create_product", "create_purchase", "create_transfer", "find_lots", "in_transit_of", "issue_stock",
    "lock_stock", "move_stock", "movements_of", "offer_product", "open_count",
    "order_low_stock", "order_purchase", "places_of_lot", "post_count", "receive_purchase",
    "receive_stock", "receive_transfer", "refresh_alerts", "release_stock", "remove_picture",
    "reserve_stock", "save_category", "save_supplier", "save_warehouse", "send_transfer",
    "set_reorder_level", "suggest", "tell_about_low_stock", "total_by_currency", "tree",
    "update_product", "update_purchase", "with_descendants", "withdraw_offer",
]  # fmt: skip

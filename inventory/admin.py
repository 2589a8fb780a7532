"""Products and stock in the admin: to look at for support, within the person's reach.

Everything is changed on its own page, where the rules are and the log is written.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from . import permissions
from .costs import sees_cost
from .models import (
    Inventory,
    Product,
    ProductCategory,
    PurchaseOrder,
    StockAlert,
    StockCount,
    StockMovement,
    Supplier,
    Transfer,
    Warehouse,
)


class _LookAdmin(admin.ModelAdmin):
    """Rows to look at; `cost_fields` stay hidden from those who see no costs."""

    code = permissions.VIEW_PRODUCT
    show_full_result_count = False
    cost_fields: tuple[str, ...] = ()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(self.code)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(request.user)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [name for name in self.fields or () if self._is_shown(name, request)]

    def get_list_display(self, request: HttpRequest) -> Any:
        return [name for name in self.list_display if self._is_shown(str(name), request)]

    def _is_shown(self, name: Any, request: HttpRequest) -> bool:
        return name not in self.cost_fields or sees_cost(request.user)


@admin.register(ProductCategory)
class ProductCategoryAdmin(_LookAdmin):
    """Categories."""

    list_display = ("code", "name_ar", "name_en", "parent")
    list_select_related = ("parent",)
    fields = ("code", "name_ar", "name_en", "parent", "position")


@admin.register(Product)
class ProductAdmin(_LookAdmin):
    """Products."""

    list_display = ("sku", "name_ar", "kind", "tracking", "price", "cost", "is_active")
    list_filter = ("kind", "tracking", "is_active")
    search_fields = ("search",)
    cost_fields = ("cost",)
    fields = (
        "sku", "barcode", "name_ar", "name_en", "category", "kind", "tracking", "unit", "currency",
        "price", "cost", "tax_percent", "allows_backorder", "is_active", "created_at",
    )  # fmt: skip


@admin.register(Warehouse)
class WarehouseAdmin(_LookAdmin):
    """Warehouses."""

    list_display = ("code", "name_ar", "branch", "is_active")
    list_select_related = ("branch",)
    fields = ("code", "name_ar", "name_en", "branch", "address", "is_active")


@admin.register(Inventory)
class InventoryAdmin(_LookAdmin):
    """Stock by warehouse."""

    code = permissions.VIEW_STOCK
    list_display = ("product", "warehouse", "on_hand", "reserved", "available", "average_cost")
    list_filter = ("warehouse",)
    list_select_related = ("product", "warehouse")
    search_fields = ("product__search",)
    cost_fields = ("average_cost", "value")
    fields = (
        "product", "warehouse", "on_hand", "reserved", "available", "reorder_point",
        "reorder_quantity", "bin", "average_cost", "value", "moved_at",
    )  # fmt: skip


@admin.register(StockMovement)
class StockMovementAdmin(_LookAdmin):
    """The ledger."""

    code = permissions.VIEW_STOCK
    list_display = ("at", "kind", "inventory_id", "quantity", "reserved_change", "reference")
    list_filter = ("kind",)
    cost_fields = ("unit_cost",)
    fields = (
        "inventory", "lot", "kind", "quantity", "reserved_change", "unit_cost", "on_hand_after",
        "source", "reference", "note", "actor", "at",
    )  # fmt: skip


@admin.register(StockAlert)
class StockAlertAdmin(_LookAdmin):
    """Low-stock alerts."""

    code = permissions.VIEW_STOCK
    list_display = ("inventory_id", "available", "reorder_point", "opened_at", "resolved_at")
    fields = ("inventory", "available", "reorder_point", "opened_at", "resolved_at")


@admin.register(Transfer)
class TransferAdmin(_LookAdmin):
    """Transfers."""

    code = permissions.VIEW_STOCK
    list_display = ("number", "origin", "destination", "status", "created_at")
    list_filter = ("status",)
    list_select_related = ("origin", "destination")
    fields = (
        "number", "origin", "destination", "status", "note", "created_by", "sent_at", "received_at",
    )  # fmt: skip


@admin.register(StockCount)
class StockCountAdmin(_LookAdmin):
    """Stock counts."""

    code = permissions.VIEW_STOCK
    list_display = ("number", "warehouse", "status", "created_at")
    list_filter = ("status",)
    list_select_related = ("warehouse",)
    fields = ("number", "warehouse", "status", "note", "created_by", "posted_at")


@admin.register(Supplier)
class SupplierAdmin(_LookAdmin):
    """Suppliers."""

    code = permissions.VIEW_PURCHASE
    list_display = ("name", "contact_name", "currency", "lead_days", "is_active")
    search_fields = ("search",)
    fields = (
        "name",
        "contact_name",
        "phone",
        "email",
        "currency",
        "lead_days",
        "note",
        "is_active",
    )


@admin.register(PurchaseOrder)
class PurchaseOrderAdmin(_LookAdmin):
    """Purchase orders."""

    code = permissions.VIEW_PURCHASE
    list_display = ("number", "supplier", "warehouse", "status", "total", "currency")
    list_filter = ("status",)
    list_select_related = ("supplier", "warehouse")
    cost_fields = ("total", "exchange_rate")
    fields = (
        "number", "supplier", "warehouse", "status", "currency", "exchange_rate", "total",
        "expected_on", "note", "created_by", "ordered_at", "received_at",
    )  # fmt: skip

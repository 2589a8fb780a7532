"""Orders in the admin: to look at for support, within the person's reach; rates to be kept."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.permissions import CHANGE_SETTINGS

from . import permissions
from .models import ExchangeRate, Order, OrderLine, OrderStage, Payment, Shipment


class _ReadOnly:
    """What people with VIEW look at; it changes through its services alone, where it is logged."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(permissions.VIEW)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)  # type: ignore[misc]
        return rows.visible_to(request.user)


class _LineInline(_ReadOnly, admin.TabularInline):
    model = OrderLine
    fields = readonly_fields = (
        "name", "quantity", "unit_price", "discount_percent", "net", "tax", "shipped", "returned",
    )  # fmt: skip
    extra = 0


class _StageInline(_ReadOnly, admin.TabularInline):
    model = OrderStage
    fields = readonly_fields = ("status", "at", "actor", "note")
    extra = 0


@admin.register(Order)
class OrderAdmin(_ReadOnly, admin.ModelAdmin):
    """Orders with their items and stages."""

    list_display = ("number", "customer", "status", "total", "currency", "branch", "owner")
    list_filter = ("status", "channel")
    search_fields = ("search",)
    show_full_result_count = False
    list_select_related = ("customer", "branch", "owner")
    fields = readonly_fields = (
        "number", "status", "branch", "owner", "customer", "warehouse", "channel", "currency",
        "subtotal", "discount", "tax", "total", "paid", "credited", "promised_on", "valid_until",
        "requires_inspection", "inspection_cleared_at", "delivery_address", "cancel_reason",
        "created_at", "confirmed_at", "finished_at",
    )  # fmt: skip
    inlines = (_LineInline, _StageInline)


@admin.register(Payment)
class PaymentAdmin(_ReadOnly, admin.ModelAdmin):
    """Payments and refunds."""

    list_display = ("number", "order", "amount", "method", "at")
    list_filter = ("method",)
    search_fields = ("number",)
    show_full_result_count = False
    list_select_related = ("order",)
    fields = readonly_fields = (
        "number", "order", "amount", "method", "reference", "note", "refund_of", "actor", "at",
    )  # fmt: skip


@admin.register(Shipment)
class ShipmentAdmin(_ReadOnly, admin.ModelAdmin):
    """Shipments and where they are."""

    list_display = ("number", "order", "status", "carrier", "tracking", "sent_at")
    list_filter = ("status",)
    search_fields = ("number", "tracking")
    show_full_result_count = False
    list_select_related = ("order",)
    fields = readonly_fields = (
        "number", "order", "status", "carrier", "tracking", "address", "received_by", "sent_at",
        "delivered_at", "actor",
    )  # fmt: skip


@admin.register(ExchangeRate)
class ExchangeRateAdmin(admin.ModelAdmin):
    """Rates from a day on, kept by people who keep the company's settings."""

    list_display = ("currency", "on", "rate")
    list_filter = ("currency",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(permissions.VIEW)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(CHANGE_SETTINGS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(CHANGE_SETTINGS)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(request.user)

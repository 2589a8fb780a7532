"""Customers in the admin: set-up and support, within the person's reach."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from . import permissions
from .models import (
    Address,
    Category,
    ContactPoint,
    Customer,
    CustomField,
    DuplicatePair,
    Merge,
    Tag,
)


class _SetUpAdmin(admin.ModelAdmin):
    """Small lists that people with CHANGE keep."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(permissions.VIEW)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(permissions.CHANGE)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(permissions.CHANGE)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(request.user)


@admin.register(Category)
class CategoryAdmin(_SetUpAdmin):
    """Categories and their badges."""

    list_display = ("name_ar", "name_en", "colour", "position")


@admin.register(Tag)
class TagAdmin(_SetUpAdmin):
    """Labels."""

    search_fields = ("name",)


class _OfCustomerInline(admin.TabularInline):
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(permissions.VIEW)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    has_change_permission = has_add_permission


class _PointInline(_OfCustomerInline):
    model = ContactPoint
    fields = readonly_fields = ("kind", "label", "is_primary", "has_whatsapp", "created_at")


class _AddressInline(_OfCustomerInline):
    model = Address
    fields = readonly_fields = ("label", "line", "district", "city", "postal_code", "is_primary")


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):
    """Customers to look at; they are changed on their own page, where it is logged."""

    list_display = ("code", "name", "kind", "status", "branch", "owner")
    list_filter = ("kind", "status", "source")
    search_fields = ("search",)
    show_full_result_count = False
    list_select_related = ("branch", "owner")
    fields = readonly_fields = (
        "code", "kind", "name", "company", "branch", "owner", "category", "status", "source",
        "city", "address", "language", "created_at", "last_contact_at", "archived_at",
    )  # fmt: skip
    inlines = (_PointInline, _AddressInline)

    def has_view_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        return request.user.has_perm(permissions.VIEW)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(request.user)


class _LookOnlyAdmin(admin.ModelAdmin):
    """Rows to look at, within the person's reach."""

    permission = permissions.VIEW
    show_full_result_count = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(self.permission)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(request.user)


@admin.register(CustomField)
class CustomFieldAdmin(_LookOnlyAdmin):
    """The company's own fields; they are changed in the settings, where it is logged."""

    list_display = ("code", "kind", "name_ar", "name_en", "is_required", "is_active", "position")


@admin.register(DuplicatePair)
class DuplicatePairAdmin(_LookOnlyAdmin):
    """Pairs that look alike, decided or not."""

    permission = permissions.MERGE
    list_display = ("first", "second", "score", "status", "found_at", "decided_by")
    list_filter = ("status",)
    list_select_related = ("first", "second", "decided_by")


@admin.register(Merge)
class MergeAdmin(_LookOnlyAdmin):
    """What was merged; the stored values of fields are not shown."""

    permission = permissions.MERGE
    list_display = ("kept", "merged", "actor", "at", "undone_by", "undone_at")
    list_select_related = ("kept", "merged", "actor", "undone_by")
    fields = readonly_fields = ("kept", "merged", "actor", "at", "undone_by", "undone_at", "moved")

"""Inspections in the admin: to look at, within the person's reach."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from . import permissions
from .models import Absence, ChecklistItem, Inspection, InspectionEvent, InspectionType


class _ToLookAt:
    """Nothing is changed here: the pages do, where it is logged."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(permissions.VIEW))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)  # type: ignore[misc]
        return rows.visible_to(request.user)


class _EventInline(_ToLookAt, admin.TabularInline):
    model = InspectionEvent
    fields = readonly_fields = ("status", "was_at", "now_at", "inspector", "reason", "actor", "at")
    extra = 0
    can_delete = False


@admin.register(Inspection)
class InspectionAdmin(_ToLookAt, admin.ModelAdmin):
    """Visits with their history."""

    list_display = ("number", "type", "status", "customer", "inspector", "starts_at", "branch")
    list_filter = ("status", "type")
    search_fields = ("search",)
    show_full_result_count = False
    list_select_related = ("type", "customer", "inspector", "branch")
    fields = readonly_fields = (
        "number", "type", "status", "customer", "branch", "owner", "inspector", "starts_at",
        "ends_at", "is_outside_hours_allowed", "address", "district", "outcome", "result_note",
        "cancel_reason", "set_out_at", "started_at", "finished_at", "moves", "version",
    )  # fmt: skip
    inlines = (_EventInline,)


class _ItemInline(_ToLookAt, admin.TabularInline):
    model = ChecklistItem
    fields = readonly_fields = ("label_ar", "label_en", "kind", "is_required", "is_active")
    extra = 0
    can_delete = False


@admin.register(InspectionType)
class InspectionTypeAdmin(_ToLookAt, admin.ModelAdmin):
    """Types with their checklists."""

    list_display = ("code", "name_ar", "name_en", "minutes", "is_active")
    inlines = (_ItemInline,)


@admin.register(Absence)
class AbsenceAdmin(_ToLookAt, admin.ModelAdmin):
    """Times without visits."""

    list_display = ("inspector", "starts_at", "ends_at", "reason")
    list_select_related = ("inspector",)

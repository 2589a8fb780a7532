"""Imports in the admin, for support: read only, within the person's reach."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from . import permissions
from .models import Batch, SavedMapping


class _ReadOnlyAdmin(admin.ModelAdmin):
    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(permissions.IMPORT)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(request.user)


@admin.register(Batch)
class BatchAdmin(_ReadOnlyAdmin):
    """Imports, how far they came and why they stopped."""

    list_display = ("file_name", "resource", "owner", "status", "row_count", "rows_done", "fault")
    list_filter = ("resource", "status")
    list_select_related = ("owner",)
    exclude = ("file", "columns")


@admin.register(SavedMapping)
class SavedMappingAdmin(_ReadOnlyAdmin):
    """Remembered columns."""

    list_display = ("name", "resource", "owner", "used_at")
    list_select_related = ("owner",)

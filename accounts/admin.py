"""The admin: for set-up and support. Rows by visible_to, people and roles to look at only.

Who may sign in and do what is changed by the services, with their rules; the admin has no way
around them. It also has no sign-in of its own: that would know no lock-out and no codes.
"""

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode

from .models import Activity, Branch, Department, Role, Team, User
from .permissions import CHANGE_SETTINGS
from .views.answers import own_path
from .views.sign_in import SignOutView


@login_not_required
def sign_in(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """Send people to the product's own sign-in; 403 for who came from there and may not enter."""
    if request.user.is_authenticated:
        raise PermissionDenied
    path = own_path(request.GET.get("next", ""), "/admin/")
    return redirect("/sign-in/?" + urlencode({"next": path}))


def change_password(request: HttpRequest, extra_context: Any = None) -> HttpResponse:
    """Send people to the page that asks for their code too."""
    return redirect("accounts:password_change")


def may_enter(request: HttpRequest) -> bool:
    """Let in staff who change the company's settings, so none without that role (SC-4)."""
    user = request.user
    return bool(user.is_active and user.is_staff and user.has_perm(CHANGE_SETTINGS))


admin.site.has_permission = may_enter  # type: ignore[method-assign]
admin.site.login = sign_in  # type: ignore[method-assign]
admin.site.logout = SignOutView.as_view()  # type: ignore[assignment]
admin.site.password_change = change_password  # type: ignore[assignment]


class ScopedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Rows that the person may see; changes for those who change the company's settings."""

    def get_queryset(self, request: HttpRequest) -> Any:
        rows: Any = super().get_queryset(request)
        return rows.visible_to(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(CHANGE_SETTINGS)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(CHANGE_SETTINGS)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(CHANGE_SETTINGS)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ScopedAdmin):
    """Rows to look at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Branch)
class BranchAdmin(ScopedAdmin):
    """Branches."""

    list_display = ("code", "name_ar", "name_en", "currency", "time_zone", "is_active")


@admin.register(Department)
class DepartmentAdmin(ScopedAdmin):
    """Departments."""

    list_display = ("name_ar", "name_en", "branch", "manager")
    list_select_related = ("branch", "manager")
    raw_id_fields = ("manager",)


@admin.register(Team)
class TeamAdmin(ScopedAdmin):
    """Teams."""

    list_display = ("name_ar", "name_en", "branch")
    list_select_related = ("branch",)
    raw_id_fields = ("members",)


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """People, to look at; they are invited and changed on the users page."""

    list_display = ("name", "email", "role", "branch", "is_active", "last_seen_at")
    list_select_related = ("role", "branch")
    search_fields = ("name", "email")
    exclude = ("password", "mfa_secret", "mfa_last_step", "epoch")


@admin.register(Role)
class RoleAdmin(ReadOnlyAdmin):
    """Roles, to look at; they are changed in the matrix."""

    list_display = ("code", "name_ar", "name_en", "rank", "is_builtin")


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    """The log, to look at."""

    list_display = ("at", "actor", "verb", "object_label", "branch")
    list_select_related = ("actor", "branch")
    show_full_result_count = False
    raw_id_fields = ("actor", "branch")

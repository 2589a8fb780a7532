"""Leads in the admin: support and set-up. Work is done on the leads pages."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from .models import Lead, RoutingDecision, RoutingRule, WebForm


class LookOnly(admin.ModelAdmin):
    """Shows rows within the person's reach; changes go through the pages."""

    list_per_page = 50
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).model.objects.visible_to(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Lead)
class LeadAdmin(LookOnly):
    """Leads."""

    list_display = ("code", "name", "channel", "status", "owner", "received_at")
    list_filter = ("status", "channel", "urgency")
    list_select_related = ("owner",)
    search_fields = ("code",)


@admin.register(RoutingDecision)
class RoutingDecisionAdmin(LookOnly):
    """Decisions."""

    list_display = ("lead", "rule_name", "person", "confidence", "at")
    list_select_related = ("lead", "person")


@admin.register(RoutingRule)
class RoutingRuleAdmin(LookOnly):
    """Rules; they are changed on their own page, where every change is logged."""

    list_display = ("position", "name", "branch", "method", "is_active", "version")
    list_select_related = ("branch",)


@admin.register(WebForm)
class WebFormAdmin(LookOnly):
    """Web forms without their secret."""

    list_display = ("name", "branch", "key", "is_active")
    list_select_related = ("branch",)
    exclude = ("secret",)

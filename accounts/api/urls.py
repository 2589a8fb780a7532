"""Addresses of the API of accounts."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from . import (
    activity,
    auth,
    company,
    keys,
    me,
    notifications,
    organisation,
    people,
    roles,
    saved_views,
)

router = SimpleRouter()
router.register("users", people.UserViewSet, basename="user")
router.register("branches", organisation.BranchViewSet, basename="branch")
router.register("departments", organisation.DepartmentViewSet, basename="department")
router.register("teams", organisation.TeamViewSet, basename="team")
router.register("roles", roles.RoleViewSet, basename="role")
router.register("integrator-keys", keys.KeyViewSet, basename="integrator-key")
router.register("notifications", notifications.NotificationViewSet, basename="notification")
router.register("saved-views", saved_views.SavedViewViewSet, basename="saved-view")
router.register("activity", activity.ActivityViewSet, basename="activity")
router_urls = router.urls

COMPANY = company.CompanyViewSet.as_view({"get": "retrieve", "patch": "partial_update"})

ME = me.MeViewSet.as_view({"get": "retrieve", "patch": "partial_update"})

urlpatterns = [
    path("auth/token/", auth.TokenView.as_view(), name="api-token"),
    path("auth/token/refresh/", auth.RefreshView.as_view(), name="api-token-refresh"),
    path("auth/logout/", auth.LogoutView.as_view(), name="api-logout"),
    path("me/", ME, name="api-me"),
    path("company/", COMPANY, {"pk": 1}, name="api-company"),
    *router_urls,
]

"""Addresses of the API of accounts."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from . import auth, notifications, people

router = SimpleRouter()
router.register("users", people.UserViewSet, basename="user")
router.register("branches", people.BranchViewSet, basename="branch")
router.register("roles", people.RoleViewSet, basename="role")
router.register("notifications", notifications.NotificationViewSet, basename="notification")
router_urls = router.urls

urlpatterns = [
    path("auth/token/", auth.TokenView.as_view(), name="api-token"),
    path("auth/token/refresh/", auth.RefreshView.as_view(), name="api-token-refresh"),
    path("auth/logout/", auth.LogoutView.as_view(), name="api-logout"),
    path("me/", people.MeView.as_view(), name="api-me"),
    *router_urls,
]

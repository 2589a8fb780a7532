"""Access by declaration: an action without a declared permission is refused."""

from typing import Any

from rest_framework.permissions import BasePermission


class DeclaredPermission(BasePermission):
    """The view names one permission per action in `permissions_by_action`; nothing else passes."""

    def has_permission(self, request: Any, view: Any) -> bool:
        user = request.user
        if not (user and user.is_authenticated and user.is_active):
            return False
        declared = getattr(view, "permissions_by_action", {})
        action = getattr(view, "action", None) or request.method.lower()
        if request.method == "OPTIONS" or not hasattr(view, request.method.lower()):
            return True  # the latter is answered with 405
        code = declared.get(action)
        return bool(code) and user.has_perm(code)

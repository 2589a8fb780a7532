"""What opens access to others is done by people: no key makes keys, roles or a profile."""

from typing import Any

from crm_project.kit.api.permissions import DeclaredPermission


class ByPeople(DeclaredPermission):
    """The declared permission, and for the actions named in `for_people` no integration.

    Keys open no page, so what is done on these pages is not done by a key either, whatever the
    integrator's role grants.
    """

    def has_permission(self, request: Any, view: Any) -> bool:
        """Return True for who may."""
        is_open = super().has_permission(request, view)
        if is_open and view.action in view.for_people:
            return not request.user.is_service
        return is_open

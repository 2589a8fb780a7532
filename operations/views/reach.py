"""Operations concern the whole installation: a permission at a narrower scope opens nothing."""

from typing import Any

from django.views.generic import View

from accounts.roles import Scope
from crm_project.kit.views import Declared


class CompanyWide:
    """The permission must reach the whole company."""

    request: Any

    def has_permission(self) -> bool:
        """Return True when every needed permission does."""
        user = self.request.user
        codes = self.get_permission_required()  # type: ignore[attr-defined]
        return user.is_authenticated and all(user.scope_of(c) == Scope.COMPANY for c in codes)


class OperationsView(CompanyWide, Declared, View):
    """A page of operations."""

"""The one place where rows are chosen for a person.

Every model that a person can reach has a queryset with `visible_to(user)`. Most belong to an owner
and a branch: they inherit ScopedQuerySet and name the permission that reading needs.
"""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from .roles import Scope

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from .models import User


class ScopedQuerySet(models.QuerySet[Any]):
    """Rows with an `owner` and a `branch` (or paths to them), read within a permission's scope."""

    view_permission: str
    owner_path = "owner"
    branch_path = "branch"

    def visible_to(self, user: "User | AnonymousUser", permission: str | None = None) -> Self:
        """Return the rows that the user's permission (default: reading) reaches."""
        if not user.is_authenticated:
            return self.none()
        scope = user.scope_of(permission or self.view_permission)
        return self._within(scope, user)

    def _within(self, scope: Scope, user: "User") -> Self:
        if scope == Scope.COMPANY:
            return self
        if scope == Scope.BRANCH:
            return self.filter(**{f"{self.branch_path}_id": user.branch_id or 0})
        own = Q(**{f"{self.owner_path}_id": user.pk})
        if scope == Scope.DEPARTMENT and user.department_id:
            return self.filter(own | Q(**{f"{self.owner_path}__department_id": user.department_id}))
        if scope in (Scope.OWN, Scope.DEPARTMENT):
            return self.filter(own)
        return self.none()

"""Operations concern the whole installation: who may see them sees all of it."""

from typing import Any

from django.db import models

from accounts.roles import Scope
from operations import permissions


class OperationsQuerySet(models.QuerySet[Any]):
    """Rows about the installation, of no branch and no owner."""

    def visible_to(self, user: Any) -> "OperationsQuerySet":
        """All rows for people who see operations of the company, none for others."""
        may = user.is_authenticated and user.scope_of(permissions.VIEW) == Scope.COMPANY
        return self if may else self.none()

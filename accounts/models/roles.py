"""A role: what its people may do, and on whose records."""

from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.roles import Scope

from .company import Bilingual

if TYPE_CHECKING:
    from .users import User


class RoleQuerySet(models.QuerySet["Role"]):
    """Reads of roles."""

    def visible_to(self, user: "User") -> "RoleQuerySet":
        """Every signed-in person may read what roles there are."""
        return self if user.is_authenticated else self.none()

    def grantable_by(self, user: "User") -> "RoleQuerySet":
        """The roles that the user may give to others: none above the own."""
        return (
            self if user.is_superuser else self.filter(rank__lte=user.role.rank if user.role else 0)
        )


class Role(Bilingual):
    """One row of the matrix: permission code → scope, sensitive field → how it is shown."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    rank = models.PositiveSmallIntegerField(_("rank"), default=10)
    is_builtin = models.BooleanField(_("built in"), default=False)
    grants = models.JSONField(_("grants"), default=dict, blank=True)
    hidden_fields = models.JSONField(_("masked or hidden fields"), default=dict, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = RoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["-rank", "code"]

    def scope_of(self, permission: str) -> Scope:
        """Return how far the role's permission reaches."""
        return Scope(self.grants.get(permission, Scope.NONE))

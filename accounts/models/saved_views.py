"""A list's filters under a name."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .users import User


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Reads of saved views."""

    def visible_to(self, user: "User") -> "SavedViewQuerySet":
        """The own ones and those shared by colleagues of the branch."""
        if not user.is_authenticated:
            return self.none()
        shared = models.Q(is_shared=True, user__branch_id=user.branch_id)
        return self.filter(models.Q(user_id=user.pk) | shared)


class SavedView(models.Model):
    """Filters, order and columns of one list, kept by a person."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=60)  # URL name of the list, "customers:list"
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=1000, blank=True)  # the list's query string
    columns = models.JSONField(default=list, blank=True)
    is_shared = models.BooleanField(_("shared with the branch"), default=False)
    position = models.PositiveSmallIntegerField(default=0)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "page", "name"], name="saved_view_name_once_per_list"
            )
        ]

    def __str__(self) -> str:
        return self.name

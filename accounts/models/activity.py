"""The activity log: append-only, and sealed by the database in a chain of hashes.

A deferred trigger seals every entry at commit (migration 0002): one short lock, in the same
transaction as the change. Nobody can edit, remove, reorder or insert an entry without
`manage.py verify_activity` noticing it.
"""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.roles import Scope

from .company import Branch

if TYPE_CHECKING:
    from .users import User


class ActivityQuerySet(models.QuerySet["Activity"]):
    """Reads of the log."""

    def visible_to(self, user: "User") -> "ActivityQuerySet":
        """Entries within the scope of `accounts.view_activity`; everyone sees their own."""
        if not user.is_authenticated:
            return self.none()
        scope = user.scope_of("accounts.view_activity")
        if scope == Scope.COMPANY:
            return self
        own = models.Q(actor_id=user.pk)
        if scope in (Scope.BRANCH, Scope.DEPARTMENT):
            return self.filter(own | models.Q(branch_id=user.branch_id, branch__isnull=False))
        return self.filter(own)

    def about(self, subject: models.Model) -> "ActivityQuerySet":
        """Entries about one record, newest first."""
        return self.filter(object_type=subject._meta.label_lower, object_id=subject.pk).order_by(
            "-pk"
        )


class Activity(models.Model):
    """What happened: who or which rule, when, to what, before → after, and why."""

    at = models.DateTimeField(_("when"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("who"),
        null=True,
        blank=True,
        related_name="+",
    )
    verb = models.CharField(_("what"), max_length=60)  # "lead.assigned"
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True, blank=True)
    object_label = models.CharField(_("on"), max_length=200, blank=True)
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, blank=True, related_name="+")
    changes = models.JSONField(_("before → after"), default=dict)
    reason = models.JSONField(_("why"), default=dict)  # rule, model, version, evidence
    ip = models.GenericIPAddressField(_("address"), null=True, blank=True)
    request_id = models.CharField(_("request"), max_length=64, blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activity")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"], name="activity_object"),
            models.Index(fields=["actor", "-id"], name="activity_actor"),
            models.Index(fields=["branch", "-id"], name="activity_branch"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_label}".strip()


class ActivitySeal(models.Model):
    """The hash of one entry chained to the hash before it. Written by the database only."""

    number = models.BigIntegerField(primary_key=True)  # 1, 2, 3 … in the order of commits
    activity = models.OneToOneField(Activity, models.PROTECT, related_name="seal")
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("activity seal")
        verbose_name_plural = _("activity seals")


class ActivityHead(models.Model):
    """The newest seal, in one row: a cut-off tail is noticed because the head knows its number."""

    number = models.BigIntegerField(default=0)
    hash = models.BinaryField(max_length=32, default=b"")

    class Meta:
        verbose_name = _("activity head")
        verbose_name_plural = _("activity heads")

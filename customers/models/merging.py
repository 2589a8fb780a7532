"""Customers that may be one, and what became one."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import ScopedQuerySet
from accounts.models import User
from accounts.roles import Scope
from customers import permissions

from .customers import Customer


class PairQuerySet(ScopedQuerySet):
    """Reads of pairs: a person must see both customers."""

    view_permission = permissions.MERGE

    def _within(self, scope: Scope, user: User) -> "PairQuerySet":
        seen = Customer.objects.visible_to(user, self.view_permission).values("pk")
        if scope == Scope.COMPANY:
            return self
        return self.filter(first__in=seen, second__in=seen)

    def open(self) -> "PairQuerySet":
        """Nobody has decided."""
        return self.filter(status=DuplicatePair.Status.OPEN)


class DuplicatePair(models.Model):
    """Two customers that look like one, found by the database; `first` is the older."""

    class Status(models.TextChoices):
        OPEN = "open", _("To decide")
        DISMISSED = "dismissed", _("Not the same")
        MERGED = "merged", _("Merged")

    first = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    second = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    score = models.FloatField(_("likeness"))  # 0 to 1
    reasons = models.JSONField(default=list)  # msgids
    status = models.CharField(max_length=9, choices=Status, default=Status.OPEN)
    found_at = models.DateTimeField(_("found"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    objects = PairQuerySet.as_manager()

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="duplicate_pair_order"),
        ]
        indexes = [
            models.Index(fields=["status", "-score", "-id"], name="duplicate_pair_surest"),
            models.Index(fields=["second"], name="duplicate_pair_second"),
        ]


class Merge(models.Model):
    """One customer (`merged`) that became part of another (`kept`), and how to undo it.

    `before` holds both customers' own fields before and the kept one's after; `moved` the ids of
    every row that went over, by model label and field: {"orders.order.customer": [1, 2]}.
    """

    kept = models.ForeignKey(Customer, models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    choices = models.JSONField(default=dict)  # {field: "kept" | "merged"}
    before = models.JSONField(default=dict)
    moved = models.JSONField(default=dict)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)

    class MergeQuerySet(ScopedQuerySet):
        """Reads of merges."""

        view_permission = permissions.MERGE
        owner_path = "kept__owner"
        branch_path = "kept__branch"

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at=None), name="customer_merged_once"
            ),
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="merge_of_two"),
        ]

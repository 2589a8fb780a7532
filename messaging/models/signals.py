"""Raw signals: what the outside world sent, kept before anything else is done with it."""

from datetime import UTC
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import ScopedQuerySet
from accounts.models import Branch
from messaging import permissions

from .channels import ChannelKind


class SignalQuerySet(ScopedQuerySet):
    """Reads of raw signals. They have no owner, so a scope below branch shows none."""

    view_permission = permissions.VIEW_SIGNAL

    def visible_to(self, user: Any, permission: str | None = None) -> "SignalQuerySet":
        """Signals of the user's branch; those of no branch only for the whole company."""
        if not user.is_authenticated:
            return self.none()
        scope = user.scope_of(permission or self.view_permission)
        if scope == "company":
            return self
        return self.filter(branch_id=user.branch_id or 0) if scope == "branch" else self.none()

    def due(self) -> "SignalQuerySet":
        """Waiting to be read, new ones and those whose retry time has come."""
        return self.filter(status=Signal.Status.PENDING, due_at__lte=timezone.now())

    def claim(self, size: int, channels: list[str]) -> list["Signal"]:
        """Lock up to `size` due signals for this transaction, oldest first; others skip them."""
        rows = self.due().filter(channel__in=channels).order_by("due_at", "pk")
        return list(rows.select_for_update(skip_locked=True)[:size])


class Signal(models.Model):
    """One request, mail or submission, exactly as it came. The key makes a repeat harmless."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Waiting")
        DONE = "done", _("Read")
        IGNORED = "ignored", _("Kept, nothing to do")
        FAILED = "failed", _("Failed, needs a person")

    channel = models.CharField(_("channel"), max_length=12, choices=ChannelKind)
    key = models.CharField(max_length=120, unique=True)  # "whatsapp:<sha256>", "email:<message id>"
    body = models.BinaryField()
    headers = models.JSONField(default=dict)
    content_type = models.CharField(max_length=120, blank=True)
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, blank=True, related_name="+")
    source = models.CharField(_("source"), max_length=80, blank=True)  # form key, mailbox
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.PENDING)
    kinds = ArrayField(models.CharField(max_length=40), default=list)  # what was found in it
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    due_at = models.DateTimeField(default=timezone.now)
    error = models.TextField(_("what went wrong"), blank=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    done_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = SignalQuerySet.as_manager()

    class Meta:
        verbose_name = _("raw signal")
        verbose_name_plural = _("raw signals")
        ordering = ["-received_at", "-pk"]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(status="pending"), name="signal_due"),
            models.Index(fields=["-received_at", "-id"], name="signal_newest"),
            models.Index(fields=["branch", "-received_at", "-id"], name="signal_branch"),
            models.Index(fields=["status", "-received_at", "-id"], name="signal_status"),
            models.Index(
                fields=["source", "-received_at", "-id"],
                condition=~Q(source=""),
                name="signal_source",
            ),
        ]

    def __str__(self) -> str:
        """The same in every language and by every clock: the log keeps it for good."""
        return f"{self.channel} {self.received_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"

    def get_absolute_url(self) -> str:
        return reverse("messaging:signal", args=[self.pk])


class MailboxCursor(models.Model):
    """How far a mailbox was read: UIDVALIDITY and the last UID (RFC 3501)."""

    mailbox = models.CharField(max_length=254, unique=True)
    position = models.JSONField(default=dict)
    polled_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

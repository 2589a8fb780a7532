"""What the product tells a person inside itself."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from .users import User


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Reads of notifications."""

    def visible_to(self, user: "User") -> "NotificationQuerySet":
        """Only the own ones, whatever the role."""
        return self.filter(user_id=user.pk) if user.is_authenticated else self.none()

    def unread(self) -> "NotificationQuerySet":
        """Not yet read."""
        return self.filter(read_at=None)


class Notification(models.Model):
    """One line in a person's drawer, with the place it leads to."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    kind = models.CharField(_("kind"), max_length=40)  # "lead.assigned": sentence by kind
    subject = models.CharField(_("about"), max_length=200)
    detail = models.CharField(_("detail"), max_length=300, blank=True)
    url = models.CharField(max_length=200)
    key = models.CharField(max_length=80)  # the same cause tells a person once
    created_at = models.DateTimeField(_("when"), default=timezone.now)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="notification_once_per_cause")
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_user"),
            models.Index(
                fields=["user"], condition=models.Q(read_at=None), name="notification_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.subject}"


class NotificationPreference(models.Model):
    """How a person wants to hear of one kind."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notification_preferences"
    )
    kind = models.CharField(max_length=40)
    is_in_app = models.BooleanField(_("in the app"), default=True)
    is_by_email = models.BooleanField(_("in the daily e-mail"), default=False)

    class Meta:
        verbose_name = _("notification preference")
        verbose_name_plural = _("notification preferences")
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="notification_preference_once")
        ]

"""Alerts: something is wrong with the installation, from when until when."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .access import OperationsQuerySet


class AlertQuerySet(OperationsQuerySet):
    """Reads of alerts."""

    def announced(self) -> "AlertQuerySet":
        """Alerts that people were told of; the others did not hold long enough, or not yet."""
        return self.filter(announced_at__isnull=False)

    def open(self) -> "AlertQuerySet":
        """Announced alerts whose condition holds still."""
        return self.announced().filter(resolved_at=None)


class Alert(models.Model):
    """One condition that holds or held; at most one is open for each code and subject.

    It is announced once it has held long enough, and forgotten when it ends before that.
    """

    class Level(models.TextChoices):
        WARNING = "warning", _("Warning")
        CRITICAL = "critical", _("Critical")

    code = models.CharField(_("what"), max_length=40)  # "queue_age": operations.checks knows it
    subject = models.CharField(_("of what"), max_length=80, blank=True)  # "/": which disk
    level = models.CharField(_("level"), max_length=8, choices=Level)
    figures = models.JSONField(_("figures"), default=dict)  # value, limit, unit when last seen
    opened_at = models.DateTimeField(_("since"), default=timezone.now)
    announced_at = models.DateTimeField(_("announced"), null=True, blank=True)
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)
    resolved_at = models.DateTimeField(_("over since"), null=True, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "subject"],
                condition=Q(resolved_at=None),
                name="alert_open_once",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at=None) | Q(resolved_at__gte=F("opened_at")),
                name="alert_ends_after_it_began",
            ),
        ]
        indexes = [models.Index(fields=["-opened_at", "-id"], name="alert_newest")]

    def __str__(self) -> str:
        from operations.wording import title

        return title(self.code)

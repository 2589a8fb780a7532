"""Backups that were made, and tests that restored one."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .access import OperationsQuerySet


class BackupQuerySet(OperationsQuerySet):
    """Reads of backups."""

    def succeeded(self, kind: str) -> "BackupQuerySet":
        """Runs of a kind that ended well, newest first."""
        return self.filter(kind=kind, state=Backup.State.DONE).order_by("-started_at")


class Backup(models.Model):
    """One run: a backup, or the restore test of one."""

    class Kind(models.TextChoices):
        BACKUP = "backup", _("Backup")
        RESTORE_TEST = "restore_test", _("Restore test")

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.RUNNING)
    name = models.CharField(_("name"), max_length=120, blank=True)  # files begin with it
    size = models.BigIntegerField(_("size"), default=0)  # bytes of all its files
    is_encrypted = models.BooleanField(_("encrypted"), default=False)
    manifest = models.JSONField(_("manifest"), default=dict)  # sha256 of files, rows of tables …
    error = models.TextField(_("what went wrong"), blank=True)
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = BackupQuerySet.as_manager()

    class Meta:
        verbose_name = _("backup")
        verbose_name_plural = _("backups")
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gte=0) & (Q(ended_at=None) | Q(ended_at__gte=F("started_at"))),
                name="backup_figures_are_possible",
            ),
            models.CheckConstraint(
                condition=Q(state="running", ended_at=None)
                | ~Q(state="running") & Q(ended_at__isnull=False),
                name="backup_has_ended_or_runs",
            ),
        ]
        indexes = [models.Index(fields=["kind", "-started_at"], name="backup_newest")]

    def __str__(self) -> str:
        return self.name or str(self.get_kind_display())

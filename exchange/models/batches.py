"""One import of one file, resumable at any row, undoable as a whole."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import ScopedQuerySet
from accounts.models import Branch
from exchange import permissions
from exchange.errors import FileForgotten


class BatchQuerySet(ScopedQuerySet):
    """Reads of batches."""

    view_permission = permissions.IMPORT


class Batch(models.Model):
    """An import from upload to its end. Rows are numbered from 1, without the heading."""

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("Choose columns")
        CHECKING = "checking", _("Trial run")
        CHECKED = "checked", _("Ready to import")
        IMPORTING = "importing", _("Importing")
        DONE = "done", _("Imported")
        FAILED = "failed", _("Stopped by a fault")
        CANCELLED = "cancelled", _("Cancelled")
        UNDOING = "undoing", _("Being taken back")
        UNDONE = "undone", _("Taken back")

    class OnDuplicate(models.TextChoices):
        SKIP = "skip", _("Leave the existing one as it is")
        UPDATE = "update", _("Fill in and update the existing one")
        CREATE = "create", _("Add it all the same")

    resource = models.CharField(max_length=40)  # a key of wiring.RESOURCES, "customers"
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    file = models.FileField(_("file"), upload_to="imports/", max_length=200)
    file_name = models.CharField(_("file name"), max_length=200)
    file_bytes = models.PositiveBigIntegerField()
    file_hash = models.CharField(max_length=64)  # SHA-256, hexadecimal
    reading = models.JSONField(default=dict)  # format, encoding, delimiter, sheet, has_header
    columns = models.JSONField(default=list)  # [{"name": …, "samples": […]}]
    mapping = models.JSONField(default=dict)  # {column position: field code}
    options = models.JSONField(default=dict)  # phone_region, day_first, owner_id, …
    on_duplicate = models.CharField(max_length=6, choices=OnDuplicate, default=OnDuplicate.SKIP)
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.UPLOADED)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    rows_done = models.PositiveIntegerField(default=0)  # where the running step goes on
    created_count = models.PositiveIntegerField(_("added"), default=0)
    updated_count = models.PositiveIntegerField(_("updated"), default=0)
    skipped_count = models.PositiveIntegerField(_("skipped"), default=0)
    failed_count = models.PositiveIntegerField(_("failed"), default=0)
    repeated_count = models.PositiveIntegerField(default=0)  # good rows that exist already
    kept_count = models.PositiveIntegerField(default=0)  # left alone when it was taken back
    resumed_count = models.PositiveSmallIntegerField(default=0)  # goes on after a crash
    fault = models.CharField(max_length=300, blank=True)  # why it stopped, for people
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(row_count=0) | Q(rows_done__lte=F("row_count")),
                name="batch_rows_within_file",
            )
        ]
        indexes = [models.Index(fields=["resource", "-id"], name="batch_newest")]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("exchange:batch", args=[self.pk])

    @property
    def path(self) -> Path:
        """Where the uploaded file lies. Raises FileForgotten once it is deleted."""
        if not self.file:
            raise FileForgotten
        return Path(self.file.path)


class RowError(models.Model):
    """What is wrong with a field of a row: `code` and `params` become a sentence when read."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="errors")
    row = models.PositiveIntegerField()
    field = models.CharField(max_length=60, blank=True)  # "" is the whole row
    code = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    value = models.CharField(max_length=200, blank=True)  # the cell as it was written
    is_warning = models.BooleanField(default=False)  # the row goes in all the same

    class Meta:
        ordering = ["row", "pk"]
        indexes = [models.Index(fields=["batch", "row", "id"], name="row_error_order")]


class BatchChange(models.Model):
    """What one row did, so that the whole can be undone: `before` holds what it overwrote."""

    class Action(models.TextChoices):
        CREATED = "created", _("Added")
        UPDATED = "updated", _("Updated")

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="changes")
    row = models.PositiveIntegerField()
    object_id = models.BigIntegerField()
    action = models.CharField(max_length=7, choices=Action)
    before = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)  # of the object after this row

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "row"], name="batch_change_once_per_row")
        ]
        indexes = [models.Index(fields=["batch", "object_id"], name="batch_change_object")]


class SavedMappingQuerySet(models.QuerySet[Any]):
    """Mappings are shared by all who import."""

    def visible_to(self, user: Any) -> "SavedMappingQuerySet":
        """All rows for people who may import."""
        return self if user.is_authenticated and user.has_perm(permissions.IMPORT) else self.none()


class SavedMapping(models.Model):
    """How columns of a name became fields the last time, found again by the names of the columns."""

    resource = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=80)
    header_hash = models.CharField(max_length=64)  # SHA-256 of the normalised column names
    fields = models.JSONField(default=dict)  # {normalised column name: field code}
    options = models.JSONField(default=dict)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    used_at = models.DateTimeField(default=timezone.now)

    objects = SavedMappingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "header_hash"], name="saved_mapping_once_per_header"
            )
        ]

"""Forgetting uploaded files once nobody needs them: they are full of people's data (SECURITY.md DP-5).

What the import did, its counts and its undo stay: none of them reads the file.
"""

from datetime import datetime, timedelta
from typing import Any

import structlog
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.services import Reason, record
from exchange.models import Batch

from .batches import RUNNING, UNSTARTED

log = structlog.get_logger(__name__)
KEEP_FILES = timedelta(days=90)  # after the last step, or after the upload
AT_ONCE = 200  # files of one sweep
UNCLAIMED = timedelta(days=1)  # an upload has its import within minutes, or never


def forget_files() -> int:
    """Delete the files of old imports with their samples and wrong cells. Returns how many went."""
    due = (
        Batch.objects.exclude(file="")
        .exclude(status__in=(*RUNNING, Batch.Status.UNDOING))
        .filter(created_at__lt=timezone.now() - KEEP_FILES)
        .annotate(last_step=Coalesce("finished_at", "started_at", "created_at"))
        .filter(last_step__lt=timezone.now() - KEEP_FILES)
    )
    ids = list(due.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_forget(pk) for pk in ids)


@transaction.atomic
def _forget(pk: int) -> bool:
    """Delete one file; where the last part fails, the next sweep does it again."""
    locked = Batch.objects.select_for_update(skip_locked=True).exclude(file="")
    batch = locked.filter(pk=pk).exclude(status__in=(*RUNNING, Batch.Status.UNDOING)).first()
    if batch is None:
        return False
    batch.file.delete(save=False)
    batch.columns = [{**column, "samples": []} for column in batch.columns]
    if batch.status in UNSTARTED:
        batch.status, batch.finished_at = Batch.Status.CANCELLED, timezone.now()
    batch.errors.all().delete()
    batch.save(update_fields=["file", "columns", "status", "finished_at"])
    changes = {"file": [batch.file_name, None]}
    reason = Reason(rule="retention", version="1", evidence=(f"{KEEP_FILES.days} days",))
    record(None, "import.file_forgotten", batch, changes=changes, reason=reason)
    return True


def forget_orphans() -> int:
    """Delete uploaded files without an import. Returns how many went.

    A crash between keeping a file and writing its row leaves one: nobody would ever see or delete it.
    """
    kept: Any = Batch._meta.get_field("file")
    folder, storage = str(kept.upload_to), kept.storage
    try:
        _folders, names = storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever uploaded
        return 0
    known = set(Batch.objects.exclude(file="").values_list("file", flat=True))
    paths = (f"{folder}{name}" for name in names)
    since = timezone.now() - UNCLAIMED
    lost = [path for path in paths if path not in known and _written_at(storage, path) < since]
    for path in lost[:AT_ONCE]:
        storage.delete(path)
        log.warning("import_file_without_import", file=path)
    return len(lost[:AT_ONCE])


def _written_at(storage: Storage, path: str) -> datetime:
    """When the file was written; now for one that has gone meanwhile."""
    try:
        return storage.get_modified_time(path)
    except FileNotFoundError:
        return timezone.now()

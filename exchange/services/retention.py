"""Forgetting uploaded files once nobody needs them: they are full of people's data (SECURITY.md DP-5).

What the import did, its counts and its undo stay: none of them reads the file.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.services import Reason, record
from exchange.models import Batch

from .batches import RUNNING, UNSTARTED

KEEP_FILES = timedelta(days=90)  # after the last step, or after the upload
AT_ONCE = 200  # files of one sweep


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

"""Taking an import back, chunk by chunk, the last row first."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.services import record
from exchange.models import Batch, BatchChange
from exchange.resource import Change, Context, Resource, Undone

from .ahead import CHUNK
from .rows import context_of
from .running import stop, tell_about


def run_undo(batch_id: int, *, resource: Resource, is_last_try: bool = True) -> None:
    """Take back what the batch did. Goes on where it stopped.

    Errors: PASSING of the database (see `running`), unless this is the last try.
    """
    batch = Batch.objects.select_related("owner__role", "owner__branch", "branch").get(pk=batch_id)
    context = context_of(batch)
    try:
        while _undo_chunk(batch, resource, context):
            pass
    except Exception as error:
        stop(batch, Batch.Status.UNDOING, error, is_last_try=is_last_try)


@transaction.atomic
def _undo_chunk(batch: Batch, resource: Resource, context: Context) -> bool:
    """Take the newest changes back; True while there may be more."""
    mine = Batch.objects.filter(pk=batch.pk, status=Batch.Status.UNDOING)
    if not mine.select_for_update().exists():
        return False
    tell_about(batch)
    rows = list(batch.changes.order_by("-row")[:CHUNK])
    if not rows:
        mine.update(status=Batch.Status.UNDONE, finished_at=timezone.now())
        record(batch.owner, "import.undone", batch)
        return False
    undone = resource.undo([_change(row) for row in rows], context)
    batch.changes.filter(pk__in=[row.pk for row in rows]).delete()
    _follow(batch, undone)
    mine.update(rows_done=F("rows_done") + len(rows), kept_count=F("kept_count") + undone.left)
    return True


def _change(row: BatchChange) -> Change:
    return Change(
        row=row.row,
        object_id=row.object_id,
        is_new=row.action == BatchChange.Action.CREATED,
        before=row.before,
        version=row.version,
    )


def _follow(batch: Batch, undone: Undone) -> None:
    """Let older changes of the same records know the versions that they have now."""
    older = batch.changes.filter(object_id__in=list(undone.versions))
    for change in older:
        change.version = undone.versions[change.object_id]
        change.save(update_fields=["version"])

"""The work of an import, chunk by chunk: each one transaction that also moves the mark.

After a crash the job runs again and goes on behind the last whole chunk, so nothing is written
twice and nothing is left out.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.services import record
from crm_project.kit.errors import BusinessError
from crm_project.kit.live import tell, user_group
from exchange.models import Batch, BatchChange, RowError
from exchange.readers import Reading, open_rows
from exchange.resource import Change, Context, Resource, Row

log = structlog.get_logger(__name__)
CHUNK = 1_000  # rows in one transaction
MOST_ERRORS = 20_000  # kept of one batch; the counts go on
STOPPED = gettext_noop("Something went wrong inside. What was imported so far can be taken back.")


class Halted(Exception):
    """Somebody cancelled the batch, or another run took it over."""


def run_check(batch_id: int, *, resource: Resource) -> None:
    """Read every row and keep what is wrong, writing nothing else. Goes on where it stopped."""

    def chunk(batch: Batch, rows: list[Row], context: Context) -> dict[str, int]:
        resource.read(rows, context)
        _keep_faults(batch, rows)
        good = [row for row in rows if row.is_good]
        repeated = [row for row in good if row.same_as or row.repeats_row]
        is_update = context.on_duplicate == Batch.OnDuplicate.UPDATE
        is_create = context.on_duplicate == Batch.OnDuplicate.CREATE
        return {
            "created_count": len(good) if is_create else len(good) - len(repeated),
            "updated_count": len(repeated) if is_update else 0,
            "skipped_count": 0 if is_update or is_create else len(repeated),
            "failed_count": len(rows) - len(good),
        }

    _run(batch_id, Batch.Status.CHECKING, Batch.Status.CHECKED, chunk)


def run_import(batch_id: int, *, resource: Resource) -> None:
    """Write every good row. Goes on where it stopped."""

    def chunk(batch: Batch, rows: list[Row], context: Context) -> dict[str, int]:
        resource.read(rows, context)
        _keep_faults(batch, rows)
        good = [row for row in rows if row.is_good]
        changes = resource.write(good, context)
        _keep_changes(batch, changes)
        created = sum(change.is_new for change in changes)
        return {
            "created_count": created,
            "updated_count": len(changes) - created,
            "skipped_count": len(good) - len(changes),
            "failed_count": len(rows) - len(good),
        }

    _run(batch_id, Batch.Status.IMPORTING, Batch.Status.DONE, chunk)
    batch = Batch.objects.get(pk=batch_id)
    if batch.status == Batch.Status.DONE:
        counts = {
            name: [None, getattr(batch, f"{name}_count")]
            for name in ("created", "updated", "skipped", "failed")
        }
        record(batch.owner, "import.finished", batch, changes=counts)


def run_undo(batch_id: int, *, resource: Resource) -> None:
    """Take back what the batch did, the last row first. Goes on where it stopped."""
    while True:
        with transaction.atomic():
            batch = Batch.objects.select_for_update().get(pk=batch_id)
            if batch.status != Batch.Status.UNDOING:
                return
            rows = list(batch.changes.order_by("-row")[:CHUNK])
            if not rows:
                _finish(batch, Batch.Status.UNDONE)
                record(batch.owner, "import.undone", batch)
                return
            changes = [
                Change(
                    row=row.row,
                    object_id=row.object_id,
                    is_new=row.action == BatchChange.Action.CREATED,
                    before=row.before,
                    version=row.version,
                )
                for row in rows
            ]
            left = resource.undo(changes, context_of(batch))
            batch.changes.filter(pk__in=[row.pk for row in rows]).delete()
            Batch.objects.filter(pk=batch_id).update(
                rows_done=F("rows_done") + len(rows), skipped_count=F("skipped_count") + left
            )
            _tell(batch)


def context_of(batch: Batch) -> Context:
    """Return for whom and how the batch runs."""
    return Context(
        batch_id=batch.pk,
        actor=batch.owner,
        branch=batch.branch,
        on_duplicate=batch.on_duplicate,
        options=batch.options,
    )


def rows_of(batch: Batch, *, after: int = 0) -> Iterator[Row]:
    """Yield the rows behind `after` with their cells by field; reads the file as it goes."""
    mapping = {int(place): code for place, code in batch.mapping.items()}
    reading = Reading.from_stored(batch.reading)
    numbered = enumerate(open_rows(Path(batch.file.path), reading), 1)
    for number, cells in islice(numbered, after, None):
        yield Row(number=number, cells=_by_field(cells, mapping))


def _by_field(cells: list[str], mapping: Mapping[int, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for place, code in mapping.items():
        text = cells[place].strip() if place < len(cells) else ""
        if text:
            found[code] = f"{found[code]} ; {text}" if code in found else text
    return found


def _run(
    batch_id: int,
    status: str,
    end: str,
    work: Callable[[Batch, list[Row], Context], dict[str, int]],
) -> None:
    batch = Batch.objects.select_related("owner__role", "owner__branch", "branch").get(pk=batch_id)
    if batch.status != status:
        return
    try:
        if not batch.row_count:
            Batch.objects.filter(pk=batch_id).update(row_count=sum(1 for _row in rows_of(batch)))
        _chunks(batch, status, work)
    except Halted:
        return
    except BusinessError as error:
        _fail(batch, status, str(error.message))
        return
    except Exception:
        log.exception("import_stopped", batch=batch_id)
        _fail(batch, status, STOPPED)
        return
    _finish(batch, end)
    _tell(batch)


def _chunks(
    batch: Batch, status: str, work: Callable[[Batch, list[Row], Context], dict[str, int]]
) -> None:
    context = context_of(batch)
    done = batch.rows_done
    rows = rows_of(batch, after=done)
    while chunk := list(islice(rows, CHUNK)):
        with transaction.atomic():
            mine = Batch.objects.select_for_update().filter(
                pk=batch.pk, status=status, rows_done=done
            )
            if not mine.exists():
                raise Halted
            counts = work(batch, chunk, context)
            done += len(chunk)
            Batch.objects.filter(pk=batch.pk).update(
                rows_done=done, **{name: F(name) + number for name, number in counts.items()}
            )
            _tell(batch)


def _keep_faults(batch: Batch, rows: list[Row]) -> None:
    faults = [
        RowError(
            batch=batch,
            row=row.number,
            field=fault.field,
            code=fault.code,
            params=dict(fault.params),
            value=fault.value[:200],
            is_warning=fault.is_warning,
        )
        for row in rows
        for fault in row.faults
    ]
    if faults and batch.errors.count() < MOST_ERRORS:
        RowError.objects.bulk_create(faults)


def _keep_changes(batch: Batch, changes: list[Change]) -> None:
    actions = {True: BatchChange.Action.CREATED, False: BatchChange.Action.UPDATED}
    BatchChange.objects.bulk_create(
        BatchChange(
            batch=batch,
            row=change.row,
            object_id=change.object_id,
            action=actions[change.is_new],
            before=dict(change.before),
            version=change.version,
        )
        for change in changes
    )


def _fail(batch: Batch, status: str, fault: str) -> None:
    Batch.objects.filter(pk=batch.pk, status=status).update(
        status=Batch.Status.FAILED, fault=fault[:300], finished_at=timezone.now()
    )
    _tell(batch)


def _finish(batch: Batch, status: str) -> None:
    Batch.objects.filter(pk=batch.pk).update(status=status, finished_at=timezone.now())


def _tell(batch: Batch) -> None:
    tell(user_group(batch.owner_id), f"import-{batch.pk}-changed")

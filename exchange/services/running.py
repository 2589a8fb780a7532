"""The work of an import, chunk by chunk: each one transaction that also moves the mark.

After a crash the job runs again and goes on behind the last whole chunk, so nothing is written
twice and nothing is left out.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts.services import Notice, notify, record
from crm_project.kit.errors import BusinessError
from crm_project.kit.live import tell, user_group
from exchange.copying import copy_rows
from exchange.models import Batch, BatchChange, RowError
from exchange.resource import Change, Context, Fault, Resource, Row
from exchange.survey import survey

from .ahead import read_ahead
from .rows import context_of, rows_of

log = structlog.get_logger(__name__)
MOST_ERRORS = 200_000  # kept of one batch; the counts go on
FINISHED = "import.finished"
STOPPED = gettext_noop("Something went wrong inside. What was imported so far can be taken back.")
# The database's bad moments: a deadlock, a restart, a cut connection. The same may work next time.
PASSING = (OperationalError, InterfaceError)
Work = Callable[[Batch, list[Row], Context], dict[str, int]]


class Halted(Exception):
    """Somebody cancelled the batch, started it anew, or another run took it over."""


def run_check(batch_id: int, *, resource: Resource, is_last_try: bool = True) -> None:
    """Read every row and keep what is wrong, writing nothing else.

    A crash costs the whole trial: it begins again, because rows are compared with earlier ones.
    Errors: PASSING of the database, unless this is the last try.
    """
    if not _begin_trial_again(batch_id):
        return

    def chunk(batch: Batch, rows: list[Row], context: Context) -> dict[str, int]:
        resource.match(rows, context)
        _keep_faults(batch, rows)
        good = [row for row in rows if row.is_good]
        repeated = sum(row.is_repeated for row in good)
        return {
            **by_choice(len(good), repeated, context.on_duplicate),
            "repeated_count": repeated,
            "failed_count": len(rows) - len(good),
        }

    way = _Way(Batch.Status.CHECKING, Batch.Status.CHECKED, is_last_try)
    _run(batch_id, way, resource, chunk)


def run_import(batch_id: int, *, resource: Resource, is_last_try: bool = True) -> None:
    """Write every good row. Goes on where it stopped.

    Errors: PASSING of the database, unless this is the last try.
    """

    def chunk(batch: Batch, rows: list[Row], context: Context) -> dict[str, int]:
        resource.match(rows, context)
        _keep_faults(batch, rows)
        good = [row for row in rows if row.is_good]
        changes = resource.write(good, context)
        _keep_changes(batch, changes)
        created = sum(change.is_new for change in changes)
        return {
            "created_count": created,
            "updated_count": len(changes) - created,
            "skipped_count": len(good) - len(changes),
            "repeated_count": sum(row.is_repeated for row in good),
            "failed_count": len(rows) - len(good),
        }

    way = _Way(Batch.Status.IMPORTING, Batch.Status.DONE, is_last_try)
    _run(batch_id, way, resource, chunk)


def by_choice(good: int, repeated: int, on_duplicate: str) -> dict[str, int]:
    """Return what becomes of `good` rows of which `repeated` exist already."""
    is_update = on_duplicate == Batch.OnDuplicate.UPDATE
    is_create = on_duplicate == Batch.OnDuplicate.CREATE
    return {
        "created_count": good if is_create else good - repeated,
        "updated_count": repeated if is_update else 0,
        "skipped_count": 0 if is_update or is_create else repeated,
    }


def _begin_trial_again(batch_id: int) -> bool:
    counts = dict.fromkeys((*_COUNTS, "rows_done"), 0)
    mine = Batch.objects.filter(pk=batch_id, status=Batch.Status.CHECKING)
    with transaction.atomic():
        batch = mine.select_for_update().first()
        if batch and batch.rows_done:
            batch.errors.all().delete()
            mine.update(**counts, resumed_count=F("resumed_count") + 1)
    return batch is not None


_COUNTS = tuple(f"{name}_count" for name in ("created", "updated", "skipped", "failed", "repeated"))


@dataclass(frozen=True)
class _Way:
    """From which state to which a batch runs, and whether it is tried again after this time."""

    status: str
    end: str
    is_last_try: bool


def _run(batch_id: int, way: _Way, resource: Resource, work: Work) -> None:
    batch = Batch.objects.select_related("owner__role", "owner__branch", "branch").get(pk=batch_id)
    if batch.status != way.status:
        return
    try:
        _survey(batch, resource)
        _chunks(batch, way.status, resource, work)
    except Halted:
        return
    except BusinessError as error:
        fail(batch, way.status, str(error.message))
        return
    except Exception as error:
        stop(batch, way.status, error, is_last_try=way.is_last_try)
        return
    _end(batch, way.status, way.end)


def stop(batch: Batch, status: str, error: Exception, *, is_last_try: bool) -> None:
    """Stop a batch for good, or raise its error again so that the job engine tries once more.

    The next try goes on behind the last whole chunk. Errors: PASSING ones before the last try.
    """
    if isinstance(error, PASSING) and not is_last_try:
        log.warning("import_interrupted", batch=batch.pk, error=repr(error))
        raise error
    log.error("import_stopped", batch=batch.pk, exc_info=error)
    fail(batch, status, STOPPED)


def _survey(batch: Batch, resource: Resource) -> None:
    if batch.rows_done:
        Batch.objects.filter(pk=batch.pk).update(resumed_count=F("resumed_count") + 1)
        return
    if batch.row_count and "day_first_of" in batch.options:  # the trial run looked already
        return
    found = survey(rows_of(batch), resource.fields(batch.owner))
    batch.options = {**batch.options, "day_first_of": found.day_first}
    batch.row_count = found.row_count
    if not _same_run(batch).update(options=batch.options, row_count=batch.row_count):
        raise Halted
    tell_about(batch)


def _same_run(batch: Batch) -> models.QuerySet[Batch]:
    """The batch while it is in the run it was read in; cancelled and started anew it is another."""
    return Batch.objects.filter(pk=batch.pk, status=batch.status, started_at=batch.started_at)


def _chunks(batch: Batch, status: str, resource: Resource, work: Work) -> None:
    context = context_of(batch, is_trial=status == Batch.Status.CHECKING)
    done = batch.rows_done
    for chunk in read_ahead(rows_of(batch, after=done), resource, context):
        with transaction.atomic():
            if not _same_run(batch).select_for_update().filter(rows_done=done).exists():
                raise Halted
            counts = work(batch, chunk, context)
            done += len(chunk)
            Batch.objects.filter(pk=batch.pk).update(
                rows_done=done, **{name: F(name) + number for name, number in counts.items()}
            )
            tell_about(batch)


def _keep_faults(batch: Batch, rows: list[Row]) -> None:
    faults = [_kept(batch, row, fault) for row in rows for fault in row.faults]
    if faults and batch.errors.count() < MOST_ERRORS:
        RowError.objects.bulk_create(faults)


def _kept(batch: Batch, row: Row, fault: Fault) -> RowError:
    return RowError(
        batch=batch,
        row=row.number,
        field=fault.field[:60],
        code=fault.code,
        params={**fault.params, "label": str(row.values.get("label", ""))[:80]},
        value=fault.value[:200],
        is_warning=fault.is_warning,
    )


def _keep_changes(batch: Batch, changes: list[Change]) -> None:
    actions = {True: BatchChange.Action.CREATED, False: BatchChange.Action.UPDATED}
    copy_rows(
        BatchChange,
        ("batch", "row", "object_id", "action", "before", "version"),
        (
            (
                batch.pk,
                change.row,
                change.object_id,
                actions[change.is_new].value,
                _written(tuple(change.before.items()))
                if change.is_new
                else json.dumps(dict(change.before)),
                change.version,
            )
            for change in changes
        ),
    )


@lru_cache(maxsize=1_024)
def _written(before: tuple[tuple[str, Any], ...]) -> str:
    """What a new record was made with, as JSON: mostly the same few counts."""
    return json.dumps(dict(before))


def fail(batch: Batch, status: str, fault: str) -> None:
    """Stop a batch with a sentence for people, unless it has moved on."""
    Batch.objects.filter(pk=batch.pk, status=status, started_at=batch.started_at).update(
        status=Batch.Status.FAILED, fault=fault[:300], finished_at=timezone.now()
    )
    tell_about(batch)


@transaction.atomic
def _end(batch: Batch, status: str, end: str) -> None:
    """Finish a batch that nobody cancelled meanwhile; an import is logged and told."""
    mine = Batch.objects.filter(pk=batch.pk, status=status, started_at=batch.started_at)
    if not mine.update(status=end, finished_at=timezone.now()):
        return
    tell_about(batch)
    if end != Batch.Status.DONE:
        return
    batch.refresh_from_db()
    counts = {name.removesuffix("_count"): [None, getattr(batch, name)] for name in _COUNTS[:4]}
    record(batch.owner, FINISHED, batch, changes=counts)
    notify(
        Notice(
            user=batch.owner,
            kind=FINISHED,
            subject=batch.file_name,
            detail=str(batch.created_count + batch.updated_count),
            url=batch.get_absolute_url(),
            key=f"import:{batch.pk}",
        )
    )


def tell_about(batch: Batch) -> None:
    """Refresh the open pages of the one who imports."""
    tell(user_group(batch.owner_id), f"import-{batch.pk}-changed")
    tell(user_group(batch.owner_id), "imports-changed")

"""Jobs of imports: an id in, one service called, safe to run twice.

A bad moment of the database ends a try, not the batch: the job engine tries again, and the work goes
on behind the last whole chunk. The last try stops the batch with a sentence for people.
"""

from typing import Any

from crm_project.kit.jobs import RETRY_WAITS, job, sweep

from .registry import resource_of
from .services import forget_files, forget_orphans, run_check, run_import, run_undo


@job(queue="default", priority=-5, wants_context=True)
def check_batch(context: Any, *, batch_id: int) -> None:
    """Try a batch out."""
    run_check(batch_id, resource=resource_of(batch_id), is_last_try=_is_last(context))


@job(queue="default", priority=-5, wants_context=True)
def import_batch(context: Any, *, batch_id: int) -> None:
    """Import a batch."""
    run_import(batch_id, resource=resource_of(batch_id), is_last_try=_is_last(context))


@job(queue="default", priority=-5, wants_context=True)
def undo_batch(context: Any, *, batch_id: int) -> None:
    """Take a batch back."""
    run_undo(batch_id, resource=resource_of(batch_id), is_last_try=_is_last(context))


def _is_last(context: Any) -> bool:
    return bool(context.job.attempts >= len(RETRY_WAITS))


@sweep(seconds=3600)
def forget_old_files() -> None:
    """Delete files of imports that ended long ago, and those of which there is no import."""
    forget_files()
    forget_orphans()

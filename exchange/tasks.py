"""Jobs of imports: an id in, one service called, safe to run twice."""

from crm_project.kit.jobs import job, sweep

from .registry import resource_of
from .services import forget_files, run_check, run_import, run_undo


@job(queue="default", priority=-5)
def check_batch(*, batch_id: int) -> None:
    """Try a batch out."""
    run_check(batch_id, resource=resource_of(batch_id))


@job(queue="default", priority=-5)
def import_batch(*, batch_id: int) -> None:
    """Import a batch."""
    run_import(batch_id, resource=resource_of(batch_id))


@job(queue="default", priority=-5)
def undo_batch(*, batch_id: int) -> None:
    """Take a batch back."""
    run_undo(batch_id, resource=resource_of(batch_id))


@sweep(seconds=3600)
def forget_old_files() -> None:
    """Delete files of imports that ended long ago."""
    forget_files()

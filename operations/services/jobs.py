"""Failed jobs: run again, or put away by a person who knows why."""

from typing import Any

from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import User
from accounts.services import record
from crm_project.kit.live import branch_group, tell
from operations.errors import JobIsNotFailed

from .alerts import TOPIC

# As kit.jobs.RESCUE: without its queueing lock, under which another run may wait already, and with
# the tries of a new job.
RETRY = """
WITH queued AS (
    UPDATE procrastinate_jobs
    SET status = 'todo', attempts = 0, scheduled_at = NULL, queueing_lock = NULL, worker_id = NULL,
        abort_requested = false
    WHERE id = %(id)s AND status = 'failed' RETURNING id
)
SELECT pg_notify(
    'procrastinate_any_queue_v1',
    json_build_object('type', 'job_inserted', 'job_id', id)::text
) FROM queued
"""
DISMISS = "DELETE FROM procrastinate_jobs WHERE id = %(id)s AND status = 'failed' RETURNING id"


def failed_jobs() -> Any:
    """Return the jobs that no further try follows."""
    return ProcrastinateJob.objects.filter(status="failed")


@transaction.atomic
def retry_job(job: Any, *, actor: User) -> None:
    """Queue a failed job again, with all its tries. Raises JobIsNotFailed."""
    _change(RETRY, job)
    record(actor, "job.retried", job)
    tell(branch_group(None), TOPIC)


@transaction.atomic
def dismiss_job(job: Any, *, actor: User) -> None:
    """Delete a failed job that is not wanted any more; the log keeps it. Raises JobIsNotFailed."""
    _change(DISMISS, job)
    record(actor, "job.dismissed", job)
    tell(branch_group(None), TOPIC)


def _change(sql: str, job: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"id": job.pk})
        if cursor.fetchone() is None:
            raise JobIsNotFailed

"""Work later: jobs on the PostgreSQL queue, and the small sweeps that heal it.

A job is a row written in the transaction that causes it. Retries follow SECURITY.md DL-3: after
1 second, after 30 seconds, then the job stays failed and a person is told.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from procrastinate import App, BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job, Status
from procrastinate.tasks import Task

log = structlog.get_logger(__name__)

RETRY_WAITS = (1, 30)  # seconds before the second and the third attempt


class RetryTwice(BaseRetryStrategy):
    """Try again after 1 s and after 30 s, then give up.

    A woken job (`wake`) is not tried again by itself: another run may wait already, and its sweep
    wakes it within a second. A job with a lock waits behind its fellows, who would otherwise all
    wait for it (procrastinate lets a waiting job hold up the later ones of its lock and priority).
    """

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if job.attempts >= len(RETRY_WAITS) or job.queueing_lock:
            return None
        wait = RETRY_WAITS[job.attempts]
        behind = job.priority - 1 if job.lock else None
        return RetryDecision(retry_in={"seconds": wait}, priority=behind)


def job(
    *,
    queue: str = "default",
    lock: str | None = None,
    priority: int = 0,
    wants_context: bool = False,
) -> Callable[..., Task]:
    """Declare a function as a job: ids in, one service called, safe to run twice.

    Jobs with the same `lock` run one at a time; the higher priority runs first; `wants_context`
    passes the JobContext first.
    """
    declared: Callable[..., Task] = app.task(  # type: ignore[call-overload]
        queue=queue, retry=RetryTwice(), lock=lock, priority=priority, pass_context=wants_context
    )
    return declared


def enqueue(task: Task, **arguments: Any) -> None:
    """Queue one run of the task, in the caller's transaction."""
    task.defer(**arguments)


def enqueue_many(task: Task, arguments: Sequence[dict[str, Any]]) -> None:
    """Queue one run per set of arguments, in one statement of the caller's transaction."""
    if arguments:
        task.batch_defer(*arguments)


def wake(task: Task) -> None:
    """Make sure that one run of a task without arguments waits; called after its work's commit.

    A run that waits will see every row committed before this call, so one is enough. The task
    needs a sweep that wakes it again when a run has failed.
    """
    from procrastinate.contrib.django.models import ProcrastinateJob  # needs loaded apps

    lock = f"wake:{task.name}"
    if ProcrastinateJob.objects.filter(queueing_lock=lock, status=Status.TODO.value).exists():
        return
    try:
        with transaction.atomic():
            task.configure(queueing_lock=lock).defer()
    except AlreadyEnqueued:
        return


def absorb_waiting(task: Task, *, limit: int) -> list[dict[str, Any]]:
    """Take the arguments of up to `limit` waiting runs of the task over into the caller's run.

    Many small runs become one. The waiting rows go in the caller's transaction: if it fails, they
    wait again. Runs that are scheduled for later, e.g. retries, keep their time.
    """
    with connection.cursor() as cursor:
        cursor.execute(ABSORB, [task.name, limit])
        return [row[0] if isinstance(row[0], dict) else json.loads(row[0]) for row in cursor]


ABSORB = """
DELETE FROM procrastinate_jobs WHERE id IN (
    SELECT id FROM procrastinate_jobs
    WHERE task_name = %s AND status = 'todo' AND scheduled_at IS NULL
    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
) RETURNING args
"""


@dataclass(frozen=True)
class Sweep:
    """A small repair that a worker makes every few seconds."""

    run: Callable[[], None]
    seconds: float


SWEEPS: list[Sweep] = []


def sweep(*, seconds: float) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Declare a function that every worker calls each `seconds`; it must be cheap when idle."""

    def declare(function: Callable[[], None]) -> Callable[[], None]:
        SWEEPS.append(Sweep(function, seconds))
        return function

    return declare


LEASES = 0x4D61  # "Ma": the class of the advisory locks that living workers hold (kit.worker)
MOST_STARTS = 10  # a job that ends its worker each time is stopped at last

# A rescued job loses its queueing lock: another run may wait under it already, and two waiting
# runs of one queueing lock cannot be. It is not counted as a failed attempt.
RESCUE = """
    WITH dead AS (
        SELECT id FROM procrastinate_workers
        WHERE id = %(worker_id)s::bigint
           OR last_heartbeat < now() - make_interval(secs => %(stalled_seconds)s)
           OR id NOT IN (
               SELECT objid::bigint FROM pg_locks
               WHERE locktype = 'advisory' AND classid = %(leases)s AND objsubid = 2 AND granted
                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
           )
    ), rescued AS (
        UPDATE procrastinate_jobs AS job
        SET status = CASE WHEN (
                SELECT count(*) FROM procrastinate_events AS event
                WHERE event.job_id = job.id AND event.type = 'started'
            ) < %(most_starts)s THEN 'todo' ELSE 'failed' END::procrastinate_job_status,
            worker_id = NULL, queueing_lock = NULL, scheduled_at = NULL, abort_requested = false
        WHERE status = 'doing' AND (worker_id IS NULL OR worker_id IN (SELECT id FROM dead))
        RETURNING id, task_name, status
    ), forgotten AS (
        DELETE FROM procrastinate_workers WHERE id IN (SELECT id FROM dead)
    )
    SELECT id, task_name, status, pg_notify(
        'procrastinate_any_queue_v1',
        json_build_object('type', 'job_inserted', 'job_id', id)::text
    ) FROM rescued
"""


def rescue_arguments(worker_id: int | None = None) -> dict[str, Any]:
    """Return the arguments of RESCUE: for all dead workers, and for one that is about to end."""
    return {
        "worker_id": worker_id,
        "stalled_seconds": settings.WORKER_STALLED_SECONDS,
        "leases": LEASES,
        "most_starts": MOST_STARTS,
    }


@sweep(seconds=1)
def rescue_stalled_jobs() -> None:
    """Queue again, at once, the jobs of workers that are gone (kill -9, power cut)."""
    with connection.cursor() as cursor:
        cursor.execute(RESCUE, rescue_arguments())
        for number, task_name, status, _notified in cursor.fetchall():
            log.warning("job_rescued", job=number, task=task_name, status=status)


def on_app_ready(ready: App) -> None:
    """Connect the table of subscribers once every task is known."""
    from crm_project import wiring

    wiring.connect()

"""Work later: jobs on the PostgreSQL queue, and the small sweeps that heal it.

A job is a row written in the transaction that causes it. Retries follow SECURITY.md DL-3: after
1 second, after 30 seconds, then the job stays failed and a person is told.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import transaction
from procrastinate import App, BaseRetryStrategy, RetryDecision
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job, Status
from procrastinate.tasks import Task


RETRY_WAITS = (1, 30)  # seconds before the second and the third attempt


class RetryTwice(BaseRetryStrategy):
    """Try again after 1 s and after 30 s, then give up."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if job.attempts >= len(RETRY_WAITS):
            return None
        return RetryDecision(retry_in={"seconds": RETRY_WAITS[job.attempts]})


def job(
    *,
    queue: str = "default",
    lock: str | None = None,
    priority: int = 0,
    wants_context: bool = False,
) -> Callable[..., Task]:
    """Declare a function as a job: ids in, one service called, safe to run twice.

    Jobs with the same `lock` run one at a time; the higher priority runs first; `wants_context` passes the JobContext first.
    """
    return app.task(
        queue=queue, retry=RetryTwice(), lock=lock, priority=priority, pass_context=wants_context
    )


def enqueue(task: Task, **arguments: Any) -> None:
    """Queue one run of the task, in the caller's transaction."""
    task.defer(**arguments)


def enqueue_many(task: Task, arguments: Sequence[dict[str, Any]]) -> None:
    """Queue one run per set of arguments, in one statement of the caller's transaction."""
    if arguments:
        task.batch_defer(*arguments)


def wake(task: Task) -> None:
    """Make sure that one run of an argument-free task is waiting; called after the commit of its work.

    A run that waits will see every row committed before this call, so one is enough.
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


@sweep(seconds=1)
def rescue_stalled_jobs() -> None:
    """Queue again the jobs of workers whose heart stopped (kill -9, power cut)."""
    async_to_sync(_rescue)()


async def _rescue() -> None:
    stalled = await app.job_manager.get_stalled_jobs(
        seconds_since_heartbeat=settings.WORKER_STALLED_SECONDS
    )
    for job_ in stalled:
        await app.job_manager.retry_job(job_)


def on_app_ready(ready: App) -> None:
    """Connect the table of subscribers once every task is known."""
    from crm_project import wiring

    wiring.connect()

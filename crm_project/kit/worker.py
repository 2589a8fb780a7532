"""A worker that others can tell from a dead one at once, and that ends when it is cut off.

Each worker holds a lease: a session-level advisory lock under its number. The server drops it with
the connection, so kill -9 shows within a moment, while a worker that is merely busy keeps it. A
heartbeat that stops for WORKER_STALLED_SECONDS counts as death too (power cut, dead network).

Built on procrastinate 3.10, pinned exactly: the methods with an underscore are its own.
"""

import asyncio
import contextlib
import os
import time
from typing import Any, NoReturn

import psycopg
import structlog
from django.conf import settings
from procrastinate import PsycopgConnector
from procrastinate.contrib.django import DjangoApp, app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.manager import JobManager
from procrastinate.worker import Worker

from .jobs import LEASES, RESCUE, rescue_arguments

log = structlog.get_logger(__name__)

POOL_SIZE = 4  # connections for fetching and finishing jobs
EXIT_HANDED_BACK, EXIT_LOST = 0, 1
HAND_BACK_SECONDS = 1.0
DATABASE_SECONDS, DATABASE_PAUSE = 120.0, 0.1  # how long a worker waits for it, how often it asks
SECOND_LOOK_SECONDS = 0.05  # a job queued while the worker looked would wait for the next poll

REGISTER = """
    WITH registered AS (SELECT id FROM procrastinate_register_worker_v1() AS worker(id))
    SELECT id, pg_advisory_lock(%s, id::int) FROM registered
"""
BEAT = "UPDATE procrastinate_workers SET last_heartbeat = now() WHERE id = %s RETURNING id"
FORGET = "DELETE FROM procrastinate_workers WHERE id = %s"


class WorkerForgotten(Exception):
    """Others took this worker for dead and gave its jobs away."""


class LeasedJobs(JobManager):
    """The queue of one worker: registers it together with its lease, beats on the same session."""

    lease: psycopg.AsyncConnection[Any]

    async def register_worker(self) -> int:
        """Register the worker; nobody sees it before its lease is held."""
        self.lease = await psycopg.AsyncConnection.connect(**connector_params(), autocommit=True)
        row = await (await self.lease.execute(REGISTER, [LEASES])).fetchone()
        assert row is not None, "the statement returns one row"
        return int(row[0])

    async def update_heartbeat(self, worker_id: int) -> None:
        """Beat. Raises WorkerForgotten, or psycopg.Error when the lease is lost."""
        beat = self.lease.execute(BEAT, [worker_id])
        cursor = await asyncio.wait_for(beat, settings.WORKER_STALLED_SECONDS)
        if await cursor.fetchone() is None:
            raise WorkerForgotten(worker_id)

    async def unregister_worker(self, worker_id: int) -> None:
        """Forget the worker and give the lease back. The database may be gone already."""
        with contextlib.suppress(psycopg.Error, OSError, TimeoutError):
            forget = self.lease.execute(FORGET, [worker_id])
            await asyncio.wait_for(forget, HAND_BACK_SECONDS)
        await self.lease.close()

    async def hand_back(self, worker_id: int) -> None:
        """Queue the worker's running jobs again, for others."""
        async with await psycopg.AsyncConnection.connect(
            **connector_params(), autocommit=True
        ) as connected:
            await connected.execute(RESCUE, rescue_arguments(worker_id))


class LeasedWorker(Worker):
    """procrastinate's worker; it ends at once when a part that keeps it alive has failed."""

    second_look: asyncio.TimerHandle | None = None

    async def _monitor_side_tasks(self, side_tasks: list[asyncio.Task[Any]]) -> None:
        """Watch heart and listener. The deferrer of periodic tasks has none and ends early."""
        lasting = [task for task in side_tasks if task.get_name() != "deferrer"]
        done, _pending = await asyncio.wait(lasting, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            error = None if task.cancelled() else task.exception()
            log.error("worker_lost", part=task.get_name(), error=repr(error))
        await self._end(EXIT_LOST)

    async def _abort_running_jobs(self) -> None:
        """A synchronous job cannot be stopped: hand it back and go."""
        log.warning("worker_hands_back", jobs=[c.job.id for c in self._running_jobs.values()])
        await self._end(EXIT_HANDED_BACK)

    async def _end(self, code: int) -> NoReturn:
        """Leave without waiting for the threads of jobs; their transactions are undone."""
        jobs = self.app.job_manager
        if isinstance(jobs, LeasedJobs) and self.worker_id is not None:
            with contextlib.suppress(psycopg.Error, OSError, TimeoutError):
                await asyncio.wait_for(jobs.hand_back(self.worker_id), HAND_BACK_SECONDS)
        os._exit(code)

    async def _process_job(self, context: Any) -> None:
        """Run a job; the next one of the same lock starts right after it, not at the next poll."""
        await super()._process_job(context)
        if context.job.lock:
            self._new_job_event.set()

    async def _handle_notification(self, **notification: Any) -> None:
        await super()._handle_notification(**notification)
        if self.second_look is None:
            loop = asyncio.get_running_loop()
            self.second_look = loop.call_later(SECOND_LOOK_SECONDS, self._look_again)

    def _look_again(self) -> None:
        self.second_look = None
        self._new_job_event.set()


async def wait_for_database() -> None:
    """Return once the database answers; it may be recovering. Raises psycopg.OperationalError."""
    deadline, told = time.monotonic() + DATABASE_SECONDS, ""
    while True:
        try:
            await (await psycopg.AsyncConnection.connect(**connector_params())).close()
            return
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise
            reason = str(error)
        if reason != told:
            log.warning("worker_waits_for_database", error=reason)
            told = reason
        await asyncio.sleep(DATABASE_PAUSE)


def worker_app() -> DjangoApp:
    """Return the app of a worker: the same tasks over connections of its own.

    The tasks still queue through Django's connection, so what a job publishes commits with it.
    """
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=POOL_SIZE)
    working = DjangoApp(connector=connector, import_paths=app.import_paths)
    working.tasks = app.tasks
    working.job_manager = LeasedJobs(connector)
    return working

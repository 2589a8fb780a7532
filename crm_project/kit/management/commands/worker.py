"""`manage.py worker`: runs queued jobs and the sweeps until SIGTERM."""

import asyncio
import os
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections

from crm_project.kit.jobs import SWEEPS, Sweep
from crm_project.kit.logs import bind_request_id
from crm_project.kit.process import keep_what_is_loaded, step_back
from crm_project.kit.worker import LeasedWorker, wait_for_database, worker_app

log = structlog.get_logger(__name__)

GRACE_SECONDS = 8  # a job that needs longer after SIGTERM is handed back; all is over within 10
POLL_SECONDS = 1.0  # for jobs whose time comes; others are heard of at once
SWEEP_THREADS = 2  # one may wait for a mail server while the other heals


class Command(BaseCommand):
    """Runs jobs. Start as many workers as the machine has cores to spare."""

    help = "Run queued jobs until stopped. Exit code 1: the database was lost; start it again."
    requires_system_checks: list[str] = []  # they load every view, and a worker must be up soon

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="jobs at the same time")

    def handle(self, *args: Any, concurrency: int, **options: Any) -> None:
        asyncio.run(_work(concurrency))


async def _work(concurrency: int) -> None:
    working = worker_app()
    working.perform_import_paths()
    keep_what_is_loaded()
    step_back()
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(concurrency, "job"))
    await wait_for_database()
    threads = ThreadPoolExecutor(SWEEP_THREADS, "sweep")
    async with working.open_async():
        sweeps = [asyncio.create_task(_repeat(sweep, threads)) for sweep in SWEEPS]
        try:
            await _worker(working, concurrency).run()
        finally:
            for task in sweeps:
                task.cancel()
    os._exit(0)  # without waiting for a sweep that waits for a mail server


def _worker(working: Any, concurrency: int) -> LeasedWorker:
    return LeasedWorker(
        app=working,
        concurrency=concurrency,
        name="worker",
        delete_jobs="successful",
        fetch_job_polling_interval=POLL_SECONDS,
        shutdown_graceful_timeout=GRACE_SECONDS,
        update_heartbeat_interval=settings.WORKER_HEARTBEAT_SECONDS,
        stalled_worker_timeout=settings.WORKER_STALLED_SECONDS,
        worker_middleware=[_with_job_id],
        **working.worker_defaults,
    )


async def _with_job_id(call_next: Any, context: Any, worker: Any) -> Any:
    with bind_request_id(f"job-{context.job.id}"):
        return await call_next()


async def _repeat(sweep: Sweep, threads: Executor) -> None:
    loop = asyncio.get_running_loop()
    while True:
        await loop.run_in_executor(threads, _run_once, sweep)
        await asyncio.sleep(sweep.seconds)


def _run_once(sweep: Sweep) -> None:
    close_old_connections()
    try:
        sweep.run()
    except Exception as error:  # a sweep heals others; it must outlive a bad moment
        log.warning("sweep_failed", sweep=sweep.run.__name__, error=repr(error))
    finally:
        close_old_connections()  # a broken connection is not kept for the next turn

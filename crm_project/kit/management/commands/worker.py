"""`manage.py worker`: runs queued jobs and the sweeps until SIGTERM."""

import asyncio
from typing import Any

import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from procrastinate.contrib.django import app

from crm_project.kit.jobs import SWEEPS, Sweep
from crm_project.kit.logs import bind_request_id

log = structlog.get_logger(__name__)

GRACE_SECONDS = 10  # a job that needs longer after SIGTERM is handed back


class Command(BaseCommand):
    """Runs jobs. Start as many workers as the machine has cores to spare."""

    help = "Run queued jobs until stopped."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="jobs at the same time")

    def handle(self, *args: Any, concurrency: int, **options: Any) -> None:
        with app.replace_connector(app.connector.get_worker_connector()):  # type: ignore[attr-defined]
            asyncio.run(_work(concurrency))


async def _work(concurrency: int) -> None:
    sweeps = [asyncio.create_task(_repeat(sweep)) for sweep in SWEEPS]
    try:
        async with app.open_async():
            await app.run_worker_async(
                concurrency=concurrency,
                name="worker",
                delete_jobs="successful",
                fetch_job_polling_interval=1.0,
                shutdown_graceful_timeout=GRACE_SECONDS,
                update_heartbeat_interval=settings.WORKER_HEARTBEAT_SECONDS,
                stalled_worker_timeout=settings.WORKER_STALLED_SECONDS,
                worker_middleware=[_with_job_id],
            )
    finally:
        for task in sweeps:
            task.cancel()


async def _with_job_id(call_next: Any, context: Any, worker: Any) -> Any:
    with bind_request_id(f"job-{context.job.id}"):
        return await call_next()


async def _repeat(sweep: Sweep) -> None:
    run = sync_to_async(_run_once, thread_sensitive=False)
    while True:
        await run(sweep)
        await asyncio.sleep(sweep.seconds)


def _run_once(sweep: Sweep) -> None:
    close_old_connections()
    try:
        sweep.run()
    except Exception as error:  # a sweep heals others; it must outlive a bad moment
        log.warning("sweep_failed", sweep=sweep.run.__name__, error=repr(error))

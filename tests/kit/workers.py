"""Real worker processes over the test database, and what can be seen of them from outside."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from subprocess import Popen
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app

from tests.site import environment, process

TASKS = "tests.kit.probe.tasks."


def worker(*arguments: str, **settings: str) -> AbstractContextManager[Popen[bytes]]:
    """A worker that knows the probe's jobs, for the length of a block."""
    known = {**environment(), "DJANGO_SETTINGS_MODULE": "tests.kit.probe.settings", **settings}
    return process([sys.executable, "manage.py", "worker", *arguments], known)


@contextmanager
def ready_worker(*arguments: str) -> Iterator[Popen[bytes]]:
    """A worker that has registered itself."""
    before = registered()
    with worker(*arguments) as started:
        wait_for(lambda: registered() - before, 30)
        yield started


def queue(task: str, **arguments: Any) -> None:
    """Queue a job of the probe, which this process does not know."""
    locks = {"locked": "probe", "fail_locked": "probe"}
    app.configure_task(TASKS + task, queue="default", lock=locks.get(task)).defer(**arguments)


def rows(query: str, *arguments: Any) -> list[Any]:
    """Return the rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(query, arguments or None)
        return cursor.fetchall()


def registered() -> set[int]:
    """The numbers of the registered workers."""
    return {row[0] for row in rows("SELECT id FROM procrastinate_workers")}


def marks() -> list[str]:
    """What the jobs left, in order."""
    return [row[0] for row in rows("SELECT mark FROM probe ORDER BY at")]


PROBES = "FROM procrastinate_jobs WHERE task_name LIKE 'tests.%'"  # not what sweeps queue


def statuses() -> list[tuple[str, str]]:
    """The name and status of every job of a test that is not done."""
    found = rows(f"SELECT task_name, status {PROBES} ORDER BY id")
    return [(name.rpartition(".")[2], status) for name, status in found]


def wait_for(condition: Callable[[], Any], seconds: float) -> float:
    """Wait until the condition holds and return how long it took. Raises AssertionError."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() - begun < seconds, f"not within {seconds} s"
        time.sleep(0.02)
    return time.monotonic() - begun

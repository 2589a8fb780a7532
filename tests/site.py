"""The product as its users meet it: a real server on a port, a real worker, a real browser."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
needs_browser = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed")


@dataclass(frozen=True)
class Site:
    """A running server over the test database."""

    url: str
    environment: dict[str, str]

    @contextmanager
    def worker(self) -> Iterator[subprocess.Popen[bytes]]:
        """A worker process for the duration of the block, ready to take jobs."""
        with process([sys.executable, "manage.py", "worker"], self.environment) as started:
            _wait_for(_worker_is_registered, 20)
            yield started


def _worker_is_registered() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_workers")
        return bool(cursor.fetchone()[0])


def environment() -> dict[str, str]:
    """The environment of a child process on this test's database."""
    database = connection.settings_dict
    host = quote(str(database["HOST"] or "localhost"), safe="/")
    login = f"{quote(str(database['USER']))}:{quote(str(database['PASSWORD'] or ''))}"
    if host.startswith("/"):
        url = f"postgres://{login.rstrip(':')}@/{host}/{database['NAME']}"
    else:
        url = f"postgres://{login}@{host}:{database['PORT'] or 5432}/{database['NAME']}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "crm_project.settings.test",
        "WEB_THREADS": "4",
    }


@contextmanager
def process(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A child that is stopped at the end of the block."""
    child = subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=environment, start_new_session=True
    )
    try:
        yield child
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGTERM)
            try:
                child.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)


@contextmanager
def running_site() -> Iterator[Site]:
    """A server on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    child_environment = {**environment(), "PORT": str(port)}
    command = [
        sys.executable, "-m", "uvicorn", "crm_project.asgi:application",
        "--port", str(port), "--no-access-log", "--log-level", "warning",
    ]  # fmt: skip
    with process(command, child_environment):
        site = Site(f"http://127.0.0.1:{port}", child_environment)
        _wait_for(lambda: _answers(f"{site.url}/healthz"), 30)
        yield site


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _wait_for(condition: Any, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{condition} within {seconds} s")
        time.sleep(0.05)

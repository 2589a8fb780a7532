"""A web process that is told to stop: what it has it finishes, anything new goes to another."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SOON = 10  # seconds; at the end of `graceful_timeout`, 15, the old one is cut off anyway
ROOT = Path(__file__).resolve().parents[2]
APPLICATION = """
import time

def application(environ, start_response):
    if environ["PATH_INFO"] == "/slow":
        open("begun", "w").close()
        while not __import__("os").path.exists("go"):
            time.sleep(0.01)
    start_response("200 OK", [("Content-Length", "4")])
    return [b"done"]
"""


def wait_until(what: str, ready: Callable[[], bool], *, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ready():
            return
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds} seconds")


def is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ask(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", path)
    return connection.getresponse().status


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    (tmp_path / "slow.py").write_text(APPLICATION)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = "python:crm_project.launcher.gunicorn"
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "slow:application", "--config", config],
        cwd=tmp_path,
        env={**os.environ, "WEB_BIND": f"127.0.0.1:{port}", "PYTHONPATH": f"{tmp_path}:{ROOT}"},
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until("gunicorn listens", lambda: is_open(port))
        yield process, port
    finally:
        process.kill()
        process.wait(10)


def test_it_answers_what_was_asked_and_refuses_what_is_new(
    server: tuple[subprocess.Popen[bytes], int], tmp_path: Path
) -> None:
    process, port = server
    statuses: list[int] = []
    asking = threading.Thread(target=lambda: statuses.append(ask(port, "/slow")))
    asking.start()
    wait_until("the request is being answered", (tmp_path / "begun").exists)

    process.send_signal(signal.SIGTERM)

    # Refused while the old request still runs: the proxy asks another server, even for a form
    wait_until("new connections are refused", lambda: not is_open(port), seconds=SOON)
    assert process.poll() is None
    (tmp_path / "go").touch()
    asking.join(20)
    assert statuses == [200]
    assert process.wait(20) == 0

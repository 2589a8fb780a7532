"""kill -9 of web, worker and database during intake: nothing lost, nothing doubled, soon back."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.kills import Load, kill_nine, processes_of, reckon, wait_until_taken_in

pytestmark = pytest.mark.slow
SECRET = "a-secret-of-the-kill-test"
DEMO_NUMBER = "500000000000001"  # the demo company's WhatsApp number in Riyadh
KILLS = ["worker", "database", "web", "worker", "web", "database"]
BACK_SECONDS = 5.0


@pytest.fixture
def state() -> Iterator[Path]:
    """A state folder that the database's account can pass through."""
    folder = Path(tempfile.mkdtemp(prefix="madar-kill-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder / "state"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def running(state: Path) -> Iterator[int]:
    """A whole Madar with the demo company, by the one command; yields its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "PORT": str(port),
        "MADAR_STATE": str(state),
        "MADAR_VENV": sys.prefix,
        "MADAR_ENV_FILE": os.devnull,
        "WHATSAPP_APP_SECRET": SECRET,
    }
    log = state.parent / "up.log"
    with log.open("wb") as file:
        up = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=settings.BASE_DIR, env=environment, stdout=file, stderr=file,
            start_new_session=True,
        )  # fmt: skip
    try:
        end = time.monotonic() + 120
        while not _is_ready(port):
            assert up.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.2)
        while "Madar is ready" not in log.read_text():
            time.sleep(0.1)
        yield port
        print(log.read_text())
    finally:
        up.send_signal(signal.SIGINT)
        try:
            up.wait(timeout=40)
        except subprocess.TimeoutExpired:
            up.kill()
    assert not any(processes_of(state).values()), "something is left running"


def _is_ready(port: int) -> bool:
    with (
        contextlib.suppress(OSError),
        urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2) as answer,
    ):
        return bool(answer.status == 200)
    return False


def test_intake_survives_kill_nine_of_every_part(running: int, state: Path) -> None:
    load = Load(running, SECRET, DEMO_NUMBER, rate=12)
    load.start()
    kills = []
    time.sleep(2)
    for part in KILLS:
        at = kill_nine(state, part)
        assert at, f"there is no {part} to kill"
        kills.append((part, at))
        time.sleep(random.uniform(3.5, 5.5))
    load.stop()
    wait_until_taken_in(state, load, 30)
    result = reckon(state, load, kills)
    print(result)

    assert result.acknowledged > 100
    assert result.lost == []
    assert result.stored == result.in_leads == result.acknowledged
    assert result.with_other_than_one_greeting == []
    assert result.told_nobody == []
    assert result.told_twice == []
    # A greeting whose sender died in the act is left to a person, never sent blindly again.
    assert set(result.greetings_unsent) <= {"sending"}
    slow = os.getloadavg()[0] / (os.cpu_count() or 1)  # a crowded machine is slower, not wrong
    for part, seconds in result.recoveries:
        print(f"{part:10} works again after {seconds:.2f} s")
        assert seconds < BACK_SECONDS * max(1.0, slow)

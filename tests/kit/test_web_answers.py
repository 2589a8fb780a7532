"""What the web process of `manage.py up` tells about itself: the time, not what it is."""

import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.site import environment


@pytest.fixture
def port(transactional_db: None) -> Iterator[int]:
    """A web process on a socket of ours, started the way the launcher starts it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        child = subprocess.Popen(
            [sys.executable, "-m", "crm_project.launcher.webserver", str(listening.fileno())],
            cwd=settings.BASE_DIR, env=environment(), pass_fds=[listening.fileno()],
        )  # fmt: skip
        try:
            yield listening.getsockname()[1]
        finally:
            child.terminate()
            child.wait(timeout=20)


def test_answers_carry_the_time_and_no_name_of_a_server(port: int) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=40) as answer:
        assert answer.status == 200
        assert answer.headers["Date"]
        assert "Server" not in answer.headers

"""A private Redis for the test suite: a free port, nothing on disk."""

import signal
import socket
import subprocess
import time

from . import debian, paths, processes
from .errors import LaunchError

START_SECONDS = 10


def start() -> "tuple[subprocess.Popen[bytes], str] | None":
    """Start Redis and return its process and URL; None when it isn't installed."""
    program = debian.program("redis-server")
    if program is None:
        return None
    for _attempt in range(3):  # another program may take the free port first
        port = _free_port()
        command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "",
                   "--appendonly", "no", "--daemonize", "no"]  # fmt: skip
        with paths.log_file("redis").open("ab") as log:
            process = processes.spawn(command, log=log, on_parent_death=signal.SIGKILL)
        if _answers(port, process):
            return process, f"redis://127.0.0.1:{port}/0"
    raise LaunchError("Redis does not start.", log=paths.log_file("redis"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int, process: "subprocess.Popen[bytes]") -> bool:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as line:
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            time.sleep(0.05)
    return False

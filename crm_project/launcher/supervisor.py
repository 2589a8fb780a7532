"""Keeps processes running: what dies is started again, sooner the first time than the tenth."""

import contextlib
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from . import paths, processes
from .errors import LaunchError, Stopped
from .postgres import Cluster
from .progress import say

LOOK_SECONDS = 0.5  # an adopted database's death sends us no signal


@dataclass
class Backoff:
    """How long to wait before the next start: 0.2 s, doubling to 2 s; forgotten after 5 calm s.

    Short, for a part that is killed again and again must still be back within five seconds.
    """

    first: float = 0.2
    longest: float = 2.0
    calm: float = 5.0  # longer than a process that can't start lives
    failures: int = 0

    def after(self, lived: float) -> float:
        """Return the pause, in seconds, after a process that lived `lived` seconds has died.

        >>> backoff = Backoff()
        >>> [backoff.after(1), backoff.after(1), backoff.after(60)]
        [0.2, 0.4, 0.2]
        """
        self.failures = 0 if lived >= self.calm else self.failures
        pause = min(self.first * 2.0**self.failures, self.longest)
        self.failures += 1
        return pause


@dataclass
class Service:
    """One command to keep running."""

    name: str
    command: Sequence[str | Path]
    env: Mapping[str, str]
    sockets: Sequence[socket.socket] = ()  # inherited; open as long as the service is known
    grace_seconds: float = 12.0
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    start_at: float | None = 0.0  # when to start (monotonic seconds); None while it runs
    backoff: Backoff = field(default_factory=Backoff)

    def start(self) -> None:
        """Start the command, its output added to its log."""
        with paths.log_file(self.name).open("ab") as log:
            numbers = [listening.fileno() for listening in self.sockets]
            self.process = processes.spawn(self.command, log=log, env=self.env, sockets=numbers)
        self.started, self.start_at = time.monotonic(), None

    def look(self) -> int | None:
        """Return the exit code if the process has just died, and plan its next start."""
        if self.process is None or self.start_at is not None:
            return None
        code = self.process.poll()
        if code is not None:
            processes.kill_group(self.process.pid)  # children of a killed parent keep its port
            now = time.monotonic()
            self.start_at = now + self.backoff.after(now - self.started)
        return code

    def stop(self) -> None:
        """Ask the process to end; `end` waits for it."""
        if self.process and self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.terminate()

    def end(self) -> None:
        """End the process and everything it started."""
        if self.process:
            processes.end_group(self.process, grace_seconds=self.grace_seconds)


class Supervisor:
    """The services over their database, until a signal comes."""

    def __init__(self, services: list[Service], cluster: Cluster | None) -> None:
        self.services, self.cluster = services, cluster

    def look(self) -> None:
        """Start what should run and doesn't: the database first."""
        self._look_at_database()
        self.tick()

    def tick(self) -> None:
        """Start the services that should run and don't.

        Also while a killed database recovers: a worker is loaded by the time it is back.
        """
        for service in self.services:
            code = service.look()
            if code is not None and service.start_at is not None:
                pause = service.start_at - time.monotonic()
                say(f"! {service.name} stopped ({_reason(code)}); again in {pause:.1f} s")
            if service.start_at is not None and service.start_at <= time.monotonic():
                service.start()

    def _look_at_database(self) -> None:
        if self.cluster is None or self.cluster.running_pid() is not None:
            return
        began = time.monotonic()
        try:
            self.cluster.start(current=self)
        except LaunchError as failure:
            say(str(failure))
            time.sleep(1)
            return
        say(f"! the database stopped; running again after {time.monotonic() - began:.1f} s")

    def pause(self) -> float:
        """Return how long nothing needs doing, in seconds."""
        now = time.monotonic()
        waits = [s.start_at - now for s in self.services if s.start_at is not None]
        return max(0.0, min([LOOK_SECONDS, *waits]))

    def stop(self) -> None:
        """Stop web and worker together, then the database."""
        for service in self.services:
            service.stop()
        for service in self.services:
            service.end()
        if self.cluster:
            self.cluster.stop()


@contextmanager
def signals() -> Iterator[Callable[[float], None]]:
    """Turn stop signals into Stopped, once; yield a sleep that a child's death ends."""
    reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC) if hasattr(os, "pipe2") else os.pipe()
    os.set_blocking(writer, False)
    previous_fd = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)

    def stop(number: int, _frame: FrameType | None) -> None:
        for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(other, signal.SIG_IGN)  # the stop itself is not interrupted
        raise Stopped(number)

    stopping = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    previous = {number: signal.signal(number, stop) for number in stopping}
    previous[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, lambda *_: None)

    def sleep(seconds: float) -> None:
        if select.select([reader], [], [], seconds)[0]:
            with contextlib.suppress(BlockingIOError):
                os.read(reader, 4096)

    try:
        yield sleep
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(previous_fd)
        os.close(reader)
        os.close(writer)


def _reason(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

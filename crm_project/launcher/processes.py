"""Child processes: started so that they die with us, known by more than their number."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from . import paths
from .errors import LaunchError
from .progress import Step

MARK = "MADAR_RUN"  # in the environment of every supervised process: whose it is
PR_SET_PDEATHSIG = 1  # prctl(2), Linux
HAS_PROC = Path("/proc/self/stat").exists()
Command = Sequence[str | Path]


@dataclass(frozen=True)
class Seen:
    """A process as the system shows it. `born` tells it from a later one with the same number."""

    pid: int
    group: int
    born: str
    is_zombie: bool


def look(pid: int) -> Seen | None:
    """Return what runs under a process number now, or None."""
    if HAS_PROC:
        try:
            text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        fields = text.rpartition(")")[2].split()  # the name before it may hold anything
        return Seen(pid, int(fields[2]), fields[19], fields[0] in "ZX")
    shown = ask(["ps", "-o", "stat=,pgid=,lstart=", "-p", str(pid)]).stdout.split(None, 2)
    if len(shown) < 3:
        return None
    return Seen(pid, int(shown[1]), shown[2].strip(), shown[0].startswith("Z"))


def ask(command: Command, **account: Any) -> "subprocess.CompletedProcess[str]":
    """Run a short command to its end and return what it said and its exit code.

    127 when it isn't there or may not be run, as in a shell.
    """
    try:
        return subprocess.run(
            [str(part) for part in command],
            check=False,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            cwd="/",
            **account,
        )
    except OSError as error:
        return subprocess.CompletedProcess(list(command), 127, "", str(error))


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; a zombie doesn't."""
    seen = look(pid)
    return seen is not None and not seen.is_zombie


def die_with_parent(signal_number: int) -> Callable[[], None] | None:
    """Return a `preexec_fn` that has the system send `signal_number` when this process dies.

    Linux only; elsewhere None, and the next start ends what was left. Must be used from the
    main thread: the system watches the thread that forked (prctl(2)).
    """
    if not sys.platform.startswith("linux"):
        return None
    libc, parent = ctypes.CDLL(None), os.getpid()

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal_number)
        if os.getppid() != parent:  # it died between fork and prctl
            os._exit(1)

    return ask


def spawn(
    command: Command,
    *,
    log: IO[Any] | int | None,
    env: Mapping[str, str] | None = None,
    on_parent_death: int = signal.SIGTERM,
    sockets: Sequence[int] = (),
) -> "subprocess.Popen[bytes]":
    """Start a command from the checkout in a process group of its own, tied to our life.

    `sockets` are descriptors that it inherits under the same numbers.
    """
    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT if log is not None else None,
        env=env,
        cwd=paths.ROOT,
        start_new_session=True,
        pass_fds=sockets,
        preexec_fn=die_with_parent(on_parent_death),
    )


def run(
    command: Command,
    *,
    step: Step,
    log: Path,
    env: Mapping[str, str] | None = None,
    advice: str = "",
) -> None:
    """Run a command to its end, its output in `log`, the step's clock running.

    Raises LaunchError with the end of the log when the command fails.
    """
    with log.open("wb") as file:
        process = spawn(command, log=file, env=env)
        try:
            code = wait(process, step=step)
        finally:
            end_group(process, grace_seconds=3)
    if code:
        raise LaunchError(f"{step.name}: failed (exit code {code})", log=log, advice=advice)


def wait(process: "subprocess.Popen[bytes]", *, step: Step | None = None) -> int:
    """Wait for a process, ticking the step, and return its exit code."""
    while True:
        try:
            return process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            if step:
                step.tick()


def end_group(process: "subprocess.Popen[bytes]", *, grace_seconds: float) -> None:
    """End a process and all it started: SIGTERM, then after the grace SIGKILL to the group."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=grace_seconds)
    kill_group(process.pid)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=5)


def kill_group(group: int) -> None:
    """SIGKILL what is left of a process group, its leader dead or alive."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def leftovers(mark: str) -> Iterator[int]:
    """Yield the processes whose environment bears `MARK=mark`: never a stranger."""
    if not HAS_PROC:
        return
    wanted = f"{MARK}={mark}".encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                environ = (entry / "environ").read_bytes()
            except OSError:
                continue
            if wanted in environ.split(b"\0"):
                yield int(entry.name)


def end_leftovers(mark: str, *, grace_seconds: float = 1.5) -> int:
    """End what an earlier run of this state folder left behind; return how many there were."""
    pids = list(leftovers(mark))
    for pid in pids:
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + grace_seconds
    while any(is_alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in leftovers(mark):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
    return len(pids)

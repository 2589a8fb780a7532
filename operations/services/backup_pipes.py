"""Programs that pass a stream on, and the clock that a person sees meanwhile."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Protocol

from crm_project.launcher.progress import step

CHUNK = 1 << 20  # bytes read at once
_TICK = 0.25  # seconds between two looks at the clock
_PATIENCE = 5  # seconds that a program has to end by itself once its neighbour failed
_LONGEST_WORDS = 300  # characters of a program's complaint
_running: set["subprocess.Popen[bytes]"] = set()


class BackupFailed(Exception):
    """A backup, its test or a restore can't be done: one line saying why and what helps."""


class Taker(Protocol):
    """What bytes can be written into."""

    def write(self, chunk: bytes, /) -> Any:
        """Take all of them."""
        ...


class Tap:
    """A second taker of a stream. Where it breaks off, the stream itself goes on."""

    def __init__(self, taker: Taker) -> None:
        self.taker, self.is_open = taker, True

    def write(self, chunk: bytes, /) -> None:
        """Pass the bytes on, as long as somebody takes them."""
        if self.is_open:
            try:
                self.taker.write(chunk)
            except (OSError, ValueError):
                self.is_open = False


class Tee:
    """Takes bytes for several."""

    def __init__(self, *takers: Taker) -> None:
        self.takers = takers

    def write(self, chunk: bytes, /) -> None:
        """Pass the bytes on to each."""
        for taker in self.takers:
            taker.write(chunk)


def pour(source: IO[bytes], taker: Taker) -> None:
    """Write everything that comes from the source into the taker."""
    while chunk := source.read(CHUNK):
        taker.write(chunk)


@contextmanager
def program(
    command: Sequence[str | Path],
    *,
    stdin: Any = subprocess.DEVNULL,
    stdout: Any = None,
    env: Mapping[str, str] | None = None,
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program for a block and wait for its end.

    Errors: BackupFailed with the program's own words when it isn't there or ends badly. When the
    block fails the program is ended, and what it had to say is added.
    """
    with tempfile.TemporaryFile() as said:
        try:
            process = subprocess.Popen(  # noqa: S603 - programs of ours, no shell
                [str(word) for word in command],
                stdin=stdin,
                stdout=stdout,
                stderr=said,
                env={**os.environ, **(env or {})},
            )
        except OSError as error:
            raise BackupFailed(f"{Path(command[0]).name} can't be run: {error.strerror}") from error
        _running.add(process)
        try:
            yield process
            with suppress(BrokenPipeError):
                _close(process.stdin)
            process.wait()
        except BaseException as error:
            if process.stdin and isinstance(error, BrokenPipeError):  # it ended early: why?
                _end(process, is_patient=True)
                raise BackupFailed(_complaint(command, said, process.returncode)) from error
            _end(process, is_patient=isinstance(error, BackupFailed))
            _explain(error, process, _words(said))
            raise
        finally:
            _running.discard(process)
            _close(process.stdout)
        if process.returncode:
            raise BackupFailed(_complaint(command, said, process.returncode))


def _close(pipe: IO[bytes] | None) -> None:
    if pipe:
        pipe.close()


def _end(process: "subprocess.Popen[bytes]", *, is_patient: bool) -> None:
    with suppress(OSError):
        _close(process.stdout)
        _close(process.stdin)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_PATIENCE if is_patient else 0)
    if process.poll() is None:
        process.kill()
        process.wait()


def _explain(error: BaseException, process: "subprocess.Popen[bytes]", words: str) -> None:
    """Of two programs in a row the first one's complaint is often the cause."""
    is_cause = process.returncode > 0 and words and "Broken pipe" not in words
    if isinstance(error, BackupFailed) and is_cause:
        error.args = (f"{words}; {error}",)


def _complaint(command: Sequence[str | Path], said: IO[bytes], code: int) -> str:
    return _words(said) or f"{Path(command[0]).name} ended with {code}"


def _words(said: IO[bytes]) -> str:
    """Return the line that tells what went wrong: the first with "error", else the last."""
    said.seek(0)
    lines = [line.strip() for line in said.read().decode(errors="replace").splitlines()]
    lines = [line for line in lines if line]
    found = next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "")
    return found[:_LONGEST_WORDS]


def end_programs() -> None:
    """End every program at work: whoever waited for them gives up."""
    for process in list(_running):
        process.kill()


def together(name: str, *works: Callable[[], Any], stop: Callable[[], None] = end_programs) -> Any:
    """Do several works at once under one step with a clock; return their results in order.

    The first error ends all of them (`stop`) and is raised.
    """
    with step(name) as current, ThreadPoolExecutor(len(works)) as pool:
        futures: list[Future[Any]] = [pool.submit(work) for work in works]
        try:
            waiting = set(futures)
            while waiting:
                done, waiting = wait(waiting, timeout=_TICK, return_when=FIRST_EXCEPTION)
                for future in done:
                    future.result()
                current.tick()
        except BaseException:
            while not all(future.done() for future in futures):
                stop()  # again and again: one may have been between two waits just now
                wait(futures, timeout=_TICK)
            raise
        return [future.result() for future in futures]

"""File locks in the state folder. The system drops them with their holder, even after kill -9."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from . import paths


class Lock:
    """One lock file: taken shared (many at once) or alone, waiting or not."""

    def __init__(self, name: str) -> None:
        self.path: Path = paths.state_dir() / f"{name}.lock"
        self._file: IO[str] | None = None

    def take(self, *, shared: bool = False, wait: bool = True) -> bool:
        """Take or change the lock; False when `wait` is off and somebody else has it."""
        if self._file is None:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._file = os.fdopen(handle, "r+")
        kind = (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB)
        try:
            fcntl.flock(self._file, kind)
        except BlockingIOError:
            return False
        return True

    def note(self, text: str) -> None:
        """Write into the lock file who holds it."""
        assert self._file is not None, "take() comes first"
        self._file.seek(0)
        self._file.truncate()
        self._file.write(text)
        self._file.flush()

    def read_note(self) -> str:
        """Return what the holder wrote."""
        return self.path.read_text(encoding="utf-8", errors="replace") if self.path.exists() else ""

    def drop(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            self._file.close()
            self._file = None


@contextmanager
def locked(name: str) -> Iterator[Lock]:
    """Hold a lock alone for the length of a block."""
    lock = Lock(name)
    lock.take()
    try:
        yield lock
    finally:
        lock.drop()


def is_held(name: str) -> bool:
    """Tell whether another process holds the lock alone."""
    lock = Lock(name)
    try:
        return not lock.take(shared=True, wait=False)
    finally:
        lock.drop()

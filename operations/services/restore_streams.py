"""A dump and an archive on their way back, from a file or right behind the one who makes them."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from typing import IO, Any

from .backup_gpg import PrivateKey, opened_file
from .backup_media import media_hashes
from .backup_pipes import BackupFailed, Tap, program
from .backup_server import client

# All or nothing, and what is restored belongs to who restores it, whatever that role is called
INTO_EMPTY = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
REPLACING = (*INTO_EMPTY, "--clean", "--if-exists")


def load_dump(path: Path, key: PrivateKey, *words: str, name: str = "") -> None:
    """Restore a dump file into a database (default: the product's). Errors: BackupFailed."""
    command, env = client("RESTORE_CMD", *words, name=name)
    with opened_file(path, key) as source, program(command, stdin=source, env=env):
        source.close()  # ours, so that nobody waits for us when the restoring end breaks off


@contextmanager
def dump_tap(name: str, problems: list[str]) -> Iterator[Tap]:
    """Restore into a database what is written meanwhile; what goes wrong is put into `problems`."""
    command, env = client("RESTORE_CMD", *INTO_EMPTY, name=name)
    stack = ExitStack()
    process = stack.enter_context(program(command, stdin=subprocess.PIPE, env=env))
    assert process.stdin
    try:
        yield Tap(process.stdin)
    finally:
        try:
            stack.close()
        except BackupFailed as error:
            problems.append(str(error))


@contextmanager
def media_tap(read_back: dict[str, str], problems: list[str]) -> Iterator[Tap]:
    """Read an archive that is written meanwhile; its path → SHA-256 are put into `read_back`."""
    reading, writing = os.pipe()
    thread = Thread(target=_read_back, args=(reading, read_back, problems), name="read-back")
    thread.start()
    try:
        with os.fdopen(writing, "wb", buffering=0) as pipe:  # nothing is left to write at the end
            yield Tap(pipe)
    finally:
        thread.join()


def _read_back(reading: int, read_back: dict[str, str], problems: list[str]) -> None:
    source: IO[Any]
    with os.fdopen(reading, "rb") as source:
        try:
            read_back.update(media_hashes(source))
        except (BackupFailed, OSError) as error:
            problems.append(str(error))

"""Counts of several processes: read together, and kept together when a process ends.

Each process writes files of its own (prometheus_client's multiprocess mode). A web process is
renewed after some thousand requests, so the files of ended ones would grow without an end, and the
reading of them with it.

Built on prometheus_client 0.26: names and layout of the files are its own.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client import multiprocess
from prometheus_client.mmap_dict import MmapedDict

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
KINDS = ("counter", "histogram")  # what adds up; gauges of ended processes count no more
ENDED = 0  # no process has this number


def keep_counts_of(pid: int) -> None:
    """Add what an ended process counted to one file for all ended ones, and remove its own."""
    folder = Path(os.environ[FOLDER])
    multiprocess.mark_process_dead(pid)  # type: ignore[no-untyped-call]
    with _locked(folder, fcntl.LOCK_EX):
        for kind in KINDS:
            own = folder / f"{kind}_{pid}.db"
            if own.exists():
                _add(own, folder / f"{kind}_{ENDED}.db")
                own.unlink()


@contextmanager
def all_counts() -> Iterator[None]:
    """Read inside: nothing is moved meanwhile, so nothing is read twice or missed."""
    folder = os.environ.get(FOLDER)
    if not folder:
        yield
        return
    with _locked(Path(folder), fcntl.LOCK_SH):
        yield


def _add(source: Path, target: Path) -> None:
    kept = MmapedDict(str(target))
    try:
        for key, value, at, _place in MmapedDict.read_all_values_from_file(str(source)):
            kept.write_value(key, kept.read_value(key)[0] + value, at)
    finally:
        kept.close()


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    with (folder / "lock").open("a") as file:
        fcntl.flock(file, how)  # given back when the file is closed
        yield

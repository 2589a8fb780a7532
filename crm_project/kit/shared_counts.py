"""Counts of several processes: read together, and kept together when a process ends.

Each process writes files of its own (prometheus_client's multiprocess mode). A web process is
renewed after some thousand requests, so the files of ended ones would grow without an end, and the
reading of them with it.

Built on prometheus_client 0.26: names and layout of the files are its own.
"""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client.mmap_dict import MmapedDict

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
KINDS = ("counter", "histogram")  # what adds up; gauges of ended processes count no more
ENDED = 0  # no process has this number


def keep_counts_of(pid: int) -> None:
    """Add what an ended process counted to one file for all ended ones, and remove its own.

    What it had open (gauges of living processes) ended with it.
    """
    folder = Path(os.environ[FOLDER])
    with _locked(folder, fcntl.LOCK_EX):
        for gauge in folder.glob(f"gauge_live*_{pid}.db"):
            gauge.unlink()
        for kind in KINDS:
            own = folder / f"{kind}_{pid}.db"
            if own.exists():
                _add(own, folder / f"{kind}_{ENDED}.db")
                own.unlink()


def keep_counts_of_killed() -> None:
    """Do so for processes of this machine that nobody saw end, e.g. killed ones.

    Called by a process before it counts: what is here under its own number is of an earlier one.
    """
    folder = os.environ.get(FOLDER)
    names = [path.name for path in Path(folder).glob("*.db")] if folder else []
    found = {int(match[1]) for name in names if (match := re.search(r"_(\d+)\.db$", name))}
    for pid in found - {ENDED}:
        if pid == os.getpid() or not _is_alive(pid):
            keep_counts_of(pid)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # it runs, as somebody else
        return True
    return True


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

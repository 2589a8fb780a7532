"""A thread of each web process: writes what was measured, and notices when no worker runs.

The workers look after everything else, but a dead worker cannot tell of itself. Whatever is not
written when a process ends, at most some seconds of counts, is lost.
"""

import os
import threading
import time

import structlog
from django.conf import settings
from django.db import close_old_connections

from . import measuring
from .services import minutes

log = structlog.get_logger(__name__)

WATCH_SECONDS = 15  # between looks at the workers
_owner = 0  # the process whose pulse beats: a fork has none
_starting = threading.Lock()


def keep_alive() -> None:
    """Start the pulse with the first request of a process. PULSE_SECONDS = 0: there is none."""
    if _owner != os.getpid() and settings.PULSE_SECONDS:
        _start()


def _start() -> None:
    global _owner
    with _starting:
        if _owner == os.getpid():
            return
        _owner = os.getpid()
        threading.Thread(target=_run, name="pulse", daemon=True).start()


def _run() -> None:
    watched = time.monotonic()
    while settings.PULSE_SECONDS:
        time.sleep(settings.PULSE_SECONDS)
        close_old_connections()
        write()
        if time.monotonic() - watched >= WATCH_SECONDS:
            watched = time.monotonic()
            watch_workers()
        close_old_connections()  # a broken connection is not kept for the next beat


def write() -> None:
    """Add what this process has measured to the minutes; what cannot be written waits."""
    taken = measuring.take()
    if not taken:
        return
    try:
        minutes.add(taken)
    except Exception as error:  # whatever it was, the next beat must come
        measuring.give_back(taken)
        log.warning("minutes_not_written", error=repr(error))


def watch_workers() -> None:
    """Open or resolve the alert about workers; nobody else would when none runs."""
    from .checks import WORKERS
    from .services.alerts import evaluate

    try:
        evaluate([WORKERS])
    except Exception as error:  # as above
        log.warning("workers_not_watched", error=repr(error))

"""How a long-lived process behaves on the machine it shares with the others."""

import contextlib
import gc
import os
from pathlib import Path

YOUNG_OBJECTS = 10_000  # new ones before Python looks for cycles; its own 700 is once in two rows
STEP_BACK = 3  # of 19: about half of the time that a process at the front gets
AUTOGROUP = Path("/proc/self/autogroup")


def keep_what_is_loaded() -> None:
    """Take the code that is loaded out of every later search for cycles: it stays to the end.

    A search through all of it would stop the process for a tenth of a second, in any request.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 10, 10)


def step_back() -> None:
    """Let the web processes go first where there is too little time for all.

    Linux may share time among sessions before it looks at nice values, which then count only within
    a session (sched(7), "The autogroup feature"): our services have one each.
    """
    with contextlib.suppress(OSError):
        os.nice(STEP_BACK)
    with contextlib.suppress(OSError):  # no such file, or read-only in a container
        AUTOGROUP.write_text(str(STEP_BACK), encoding="ascii")

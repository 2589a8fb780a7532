"""Where the processes of one machine count together, so that /metrics answers for all of them."""

import shutil
from collections.abc import MutableMapping

from . import paths

FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # https://prometheus.github.io/client_python/multiprocess/


def share(environ: MutableMapping[str, str]) -> None:
    """Name an empty folder for the figures of the processes that are about to start.

    Without it each counts alone and a scrape shows whichever process happens to answer. A folder
    that somebody has named is used as it is.
    """
    if environ.get(FOLDER):
        return
    folder = paths.state_dir() / "figures"
    shutil.rmtree(folder, ignore_errors=True)  # counts begin with the run, as Prometheus expects
    folder.mkdir(mode=0o700)
    environ[FOLDER] = str(folder)

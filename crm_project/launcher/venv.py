"""The virtual environment: made once, installed again only when the pinned requirements change."""

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

from . import installer, paths, processes
from .errors import LaunchError
from .locks import locked
from .progress import Step, step

RUN, DEV = (
    "requirements.txt",
    "requirements-dev.txt",
)  # the second holds all of the first


def digest(requirements: Path) -> str:
    """Return what a requirements file's content is known by."""
    return hashlib.sha256(requirements.read_bytes()).hexdigest()


def marker_path() -> Path:
    """Return the file that says which requirements are installed."""
    return paths.venv_dir() / ".madar.json"


def is_current(requirements: str) -> bool:
    """Tell whether the environment works and holds these requirements as they are now."""
    if not os.access(paths.venv_python(), os.X_OK):  # also a link to a Python that has gone
        return False
    try:
        installed = json.loads(marker_path().read_text())
    except (OSError, ValueError):
        return False
    wanted = digest(paths.ROOT / requirements)
    return isinstance(installed, dict) and installed.get(requirements) == wanted


def ensure(requirements: str = RUN) -> None:
    """Make the environment hold `requirements`: at once when it does, else create and install.

    Raises LaunchError with the installer's last lines when neither uv nor pip can.
    """
    if is_current(requirements):
        return
    with locked("venv"):
        if is_current(requirements):  # another command has just done it
            return
        if not _works():
            with step("Creating the virtual environment") as current:
                _create(current)
        with step(f"Installing {requirements}") as current:
            installer.install(requirements, current)
        _mark(requirements)


def site_packages() -> list[str]:
    """Return where the environment's packages are, without starting its Python."""
    return [str(path) for path in sorted(paths.venv_dir().glob("lib/python3*/site-packages"))]


def _works() -> bool:
    probe = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    return processes.ask([paths.venv_python(), "-c", probe]).returncode == 0


def _create(current: Step) -> None:
    log, folder = paths.log_file("venv"), paths.venv_dir()
    command: processes.Command = [sys.executable, "-m", "venv", "--clear", folder]
    try:
        processes.run(command, step=current, log=log)
    except LaunchError:  # a Debian Python without python3-venv has no ensurepip
        shutil.rmtree(folder, ignore_errors=True)
        if not (uv := installer.uv_on_path()):
            raise LaunchError(
                "The virtual environment could not be created.",
                log=log,
                advice="On Debian or Ubuntu: apt install python3-venv, then run this again.",
            ) from None
        command = [uv, "venv", "--seed", "-p", sys.executable, folder]
        processes.run(command, step=current, log=log)


def _mark(requirements: str) -> None:
    holds = [RUN, DEV] if requirements == DEV else [RUN]
    marks = {name: digest(paths.ROOT / name) for name in holds}
    draft = marker_path().with_suffix(".new")
    draft.write_text(json.dumps(marks))
    draft.replace(marker_path())

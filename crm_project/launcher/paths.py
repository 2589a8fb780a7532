"""Where things are. State is one folder, the virtual environment another; both can be moved."""

import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOG_BYTES_KEPT = 10_000_000  # a longer log is set aside at the next start


def state_dir() -> Path:
    """Return the state folder: `MADAR_STATE`, or `.madar` in the checkout.

    Created 0700, but 0711 for root: there the database runs as another account, which passes
    through it. Everything secret in it is closed by itself.
    """
    folder = Path(os.environ.get("MADAR_STATE") or ROOT / ".madar").expanduser().absolute()
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700 if os.geteuid() else 0o711)
    return folder


def venv_dir() -> Path:
    """Return the virtual environment: `MADAR_VENV`, or `.venv` in the checkout."""
    return Path(os.environ.get("MADAR_VENV") or ROOT / ".venv").expanduser().absolute()


def venv_python() -> Path:
    """Return the interpreter of the virtual environment, there or not."""
    return venv_dir() / "bin" / "python"


def log_file(name: str) -> Path:
    """Return the log of one part, setting an overlong old one aside as `<name>.log.1`."""
    folder = state_dir() / "logs"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    log = folder / f"{name}.log"
    if log.exists() and log.stat().st_size > LOG_BYTES_KEPT:
        shutil.move(log, log.with_suffix(".log.1"))
    return log

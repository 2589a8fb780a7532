"""Where backups lie: one folder each, which gets its name when everything in it is written."""

import os
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from .backup_manifest import NAME as MANIFEST
from .backup_pipes import BackupFailed

_NAME = re.compile(r"madar-(\d{4}-\d{2}-\d{2}-\d{6})")
_WRITTEN = "%Y-%m-%d-%H%M%S"
_DRAFT = ".draft-"


def root() -> Path:
    """Return the folder of all backups, made if it isn't there."""
    storage: Any = settings.STORAGES["dbbackup"]
    folder = Path(storage["OPTIONS"]["location"])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def new_name(at: datetime) -> str:
    """Return the name of a backup made at a time (in UTC, to the second) that none has yet."""
    name = f"madar-{at.astimezone(UTC).strftime(_WRITTEN)}"
    return new_name(at + timedelta(seconds=1)) if (root() / name).exists() else name


def made_at(name: str) -> datetime | None:
    """Return when a backup of this name was made, None for any other name."""
    found = _NAME.fullmatch(name)
    try:
        return datetime.strptime(found[1], _WRITTEN).replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def complete() -> list[str]:
    """Return the names of the backups that were finished, oldest first."""
    folders = (path for path in root().iterdir() if made_at(path.name))
    return sorted(path.name for path in folders if (path / MANIFEST).is_file())


def folder_of(name: str) -> Path:
    """Return the folder of a backup; "latest" is the newest one. Errors: BackupFailed."""
    names = complete()
    if name == "latest" and names:
        return root() / names[-1]
    if name in names:
        return root() / name
    known = f" There are: {', '.join(names[-5:])}" if names else ""
    raise BackupFailed(f"There is no backup {name!r} in {root()}.{known}")


def begin(name: str) -> Path:
    """Return a new folder to write a backup into, under a name that nobody takes for one."""
    draft = root() / f"{_DRAFT}{name}"
    draft.mkdir(mode=0o700)
    return draft


def finish(draft: Path) -> Path:
    """Give the folder its name in one step that survives a power cut."""
    _settle(draft)
    final = draft.with_name(draft.name.removeprefix(_DRAFT))
    draft.rename(final)
    _settle(final.parent)
    return final


def _settle(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def remove_drafts() -> None:
    """Remove what runs left behind that did not finish."""
    for draft in root().glob(f"{_DRAFT}*"):
        shutil.rmtree(draft)


def remove(name: str) -> None:
    """Remove a backup; half removed it looks like a draft, never like a backup."""
    doomed = root() / f"{_DRAFT}{name}"
    (root() / name).rename(doomed)
    shutil.rmtree(doomed)


def size_of(folder: Path) -> int:
    """Return the bytes of a backup's files."""
    return sum(path.stat().st_size for path in folder.iterdir())

"""What the installation stands on: the database, Redis, the live line, disks."""

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings
from django.core.cache import cache
from django.db import connection

DATABASE = """
SELECT pg_database_size(current_database()),
       (SELECT sum(numbackends) FROM pg_stat_database),
       current_setting('max_connections')::int,
       (SELECT setting FROM pg_settings WHERE name = 'data_directory')
"""


@dataclass(frozen=True)
class Database:
    """The database: bytes, connections of the server, and where it lies if that may be known."""

    size: int
    connections: int
    most_connections: int
    folder: str


@dataclass(frozen=True)
class Disk:
    """A file system that something of ours lies on."""

    names: tuple[str, ...]  # of "state", "media", "backups", "database"
    total: int  # bytes
    free: int

    @property
    def share(self) -> float:
        """How much of it is used, 0 to 1."""
        return 1 - self.free / self.total if self.total else 0.0


def database() -> Database:
    """Return size and connections."""
    with connection.cursor() as cursor:
        cursor.execute(DATABASE)
        size, connections, most, folder = cursor.fetchone()
    return Database(size, int(connections or 0), most, folder or "")


def redis_milliseconds() -> float | None:
    """Return how long Redis took for a value; None when it does not answer."""
    began = time.perf_counter()
    try:
        cache.set("operations:ping", 1, 5)
    except Exception:  # any failure of the store means that it is not there
        return None
    return (time.perf_counter() - began) * 1000


def live_line() -> str:
    """Return who carries live updates between processes: "redis" or "postgresql"."""
    return "redis" if "redis" in type(get_channel_layer()).__module__ else "postgresql"


def disks(database_folder: str = "") -> list[Disk]:
    """Return the file systems of our folders that can be seen from this process, each once."""
    found: dict[int, list[Any]] = {}
    for name, folder in _folders(database_folder):
        try:
            device, usage = os.stat(folder).st_dev, shutil.disk_usage(folder)
        except OSError:  # another machine's, or not ours to look at
            continue
        found.setdefault(device, [usage]).append(name)
    return [Disk(tuple(names), usage.total, usage.free) for usage, *names in found.values()]


def _folders(database_folder: str) -> list[tuple[str, str | Path]]:
    storages: Any = settings.STORAGES
    backups = storages["dbbackup"].get("OPTIONS", {}).get("location", "")
    folders = [
        ("state", settings.STATE_DIR),
        ("media", settings.MEDIA_ROOT),
        ("backups", backups),
        ("database", database_folder),
    ]
    return [(name, folder) for name, folder in folders if folder]

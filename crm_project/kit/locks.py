"""One at a time, across processes, by a PostgreSQL advisory lock."""

import contextlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connection


def wait_for_turn(name: str) -> None:
    """Wait until no other transaction holds the name, then hold it until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(name.encode())])


@contextmanager
def only_one(name: str) -> Iterator[bool]:
    """Yield True to the one holder of the name, False to the others. A dead holder lets go."""
    number = zlib.crc32(name.encode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        is_mine = bool(cursor.fetchone()[0])
    try:
        yield is_mine
    finally:
        if is_mine:
            # A lost connection has let go already, and its error would hide the block's own.
            with contextlib.suppress(Error), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [number])

"""Chunks of rows, each read while the one before it is written: two cores are better than one."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from django.utils import translation

from exchange.resource import Context, Resource, Row

CHUNK = 1_000  # rows in one transaction
# Seconds that a thread keeps the interpreter while another waits for it. The thread that writes
# comes back from the database thirty times a chunk; at Python's 5 ms it waits longer for its turn
# behind the one that reads than for the database.
TURN = 0.0005


def read_ahead(rows: Iterator[Row], resource: Resource, context: Context) -> Iterator[list[Row]]:
    """Yield chunks that are read. Reading happens in a thread of its own and asks no database.

    Shortens the turns of all threads of this process, for good: imports run in workers.
    """
    sys.setswitchinterval(min(TURN, sys.getswitchinterval()))
    resource.begin(context)

    def read() -> list[Row]:
        chunk = list(islice(rows, CHUNK))
        with translation.override(context.actor.language):
            resource.read(chunk, context)
        return chunk

    with ThreadPoolExecutor(1, thread_name_prefix="import-reader") as reader:
        coming = reader.submit(read)
        while chunk := coming.result():
            coming = reader.submit(read)
            yield chunk

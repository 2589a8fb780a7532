"""Chunks of rows, each read while the one before it is written: two cores are better than one."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from django.utils import translation

from exchange.resource import Context, Resource, Row

CHUNK = 1_000  # rows in one transaction


def read_ahead(rows: Iterator[Row], resource: Resource, context: Context) -> Iterator[list[Row]]:
    """Yield chunks that are read. Reading happens in a thread of its own and asks no database."""
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

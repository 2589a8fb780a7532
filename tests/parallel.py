"""Several at the same moment, each on a connection of its own."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection


def at_once(work: Callable[[Any], Any], arguments: Iterable[Any]) -> list[Any]:
    """Run the work for every argument at the same moment; raises what any of them raised."""
    given = list(arguments)
    start = Barrier(len(given))

    def run(argument: Any) -> Any:
        start.wait()
        try:
            return work(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(given)) as pool:
        return list(pool.map(run, given))

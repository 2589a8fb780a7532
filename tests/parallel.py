"""Several at the same moment, each on a connection of its own."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from time import sleep
from typing import Any

from django.db import connection, transaction


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


def meanwhile(first: Callable[[], Any], second: Callable[[], Any]) -> BaseException | None:
    """Begin the second while the first has done its work but not committed; return what it raised.

    The second has half a second to get as far as it can before the first commits.
    """
    done, begun = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                first()
                done.set()
                begun.wait(5)
                sleep(0.5)
        finally:
            done.set()
            connection.close()

    def follow() -> BaseException | None:
        done.wait(10)
        begun.set()
        try:
            with transaction.atomic():
                second()
        except BaseException as error:
            return error
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(2) as pool:
        held, followed = pool.submit(hold), pool.submit(follow)
        held.result()
        return followed.result()

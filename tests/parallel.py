"""Several at the same moment, each on a connection of its own."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from time import monotonic, sleep
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

    The first commits as soon as the second waits for a lock or has ended, at the latest after
    half a second: whatever waits for something else than the database gets as far as it can.
    """
    done, begun, ended = Event(), Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                first()
                done.set()
                begun.wait(5)
                end = monotonic() + 0.5
                while not ended.is_set() and monotonic() < end and not _holds_somebody_up():
                    sleep(0.01)
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
            ended.set()
            connection.close()
        return None

    with ThreadPoolExecutor(2) as pool:
        held, followed = pool.submit(hold), pool.submit(follow)
        held.result()
        return followed.result()


def _holds_somebody_up() -> bool:
    """Whether a connection waits for a lock of the transaction that asks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])

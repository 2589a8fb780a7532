"""Jobs that leave marks in the table `probe`: (mark text, at timestamptz)."""

import time
from typing import Any

from django.db import connection, transaction

from crm_project.kit.jobs import enqueue, job


def _mark(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO probe (mark) VALUES (%s)", [text])


@job()
def mark(*, text: str) -> None:
    """Leave a mark."""
    _mark(text)


@job()
def slow(*, text: str, seconds: float) -> None:
    """Leave a mark at the start and one at the end."""
    _mark(f"{text} began")
    time.sleep(seconds)
    _mark(f"{text} ended")


@job(lock="probe")
def locked(*, text: str, seconds: float) -> None:
    """The same, one at a time."""
    _mark(f"{text} began")
    time.sleep(seconds)
    _mark(f"{text} ended")


@job()
def greedy(*, seconds: float) -> None:
    """Compute without a pause, as a long extraction does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        sum(range(1000))
    _mark("greedy ended")


@job()
def queue_then_fail(*, text: str) -> None:
    """Queue a job and fail in the same transaction."""
    with transaction.atomic():
        enqueue(mark, text=text)
        raise ValueError("as the test wants")


@job()
def queue_then_wait(*, text: str, seconds: float) -> None:
    """Queue a job in a transaction that commits later."""
    with transaction.atomic():
        enqueue(mark, text=text)
        time.sleep(seconds)
    _mark("committed")


@job()
def fail(*, text: str) -> None:
    """Leave a mark and fail."""
    _mark(text)
    raise ValueError("as the test wants")


@job(lock="probe")
def fail_locked(*, text: str) -> None:
    """Leave a mark and fail, holding the lock."""
    _mark(text)
    raise ValueError("as the test wants")


@job(wants_context=True)
def tell_attempts(context: Any) -> None:
    """Leave the number of failed attempts."""
    _mark(f"attempts {context.job.attempts}")

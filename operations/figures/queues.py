"""What waits: raw signals and jobs, and who works on them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

MOST_COUNTED = 10_000  # of one state; beyond, "more than" is all one needs to know
BEATS_WITHIN = 10  # seconds; a worker beats every second (settings.WORKER_HEARTBEAT_SECONDS)

SIGNALS = """
SELECT
    (SELECT count(*) FROM (
        SELECT FROM messaging_signal WHERE status = 'pending' AND due_at <= %(now)s LIMIT %(most)s
    ) AS due),
    (SELECT min(due_at) FROM messaging_signal WHERE status = 'pending'),
    (SELECT count(*) FROM (
        SELECT FROM messaging_signal WHERE status = 'failed' LIMIT %(most)s
    ) AS failed),
    (SELECT min(received_at) FROM (
        SELECT received_at FROM messaging_signal WHERE status = 'failed' LIMIT %(most)s
    ) AS failed)
"""
# A job waits since the last thing that happened to it, e.g. a retry, or since its time has come.
# One whose lock is held by a running job is no sign of trouble, so it makes nobody "the oldest".
JOBS = """
WITH jobs AS (
    SELECT id, queue_name, status, scheduled_at,
           status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= %(now)s) AS is_due,
           lock
    FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed')
), held AS (
    SELECT lock FROM jobs WHERE status = 'doing' AND lock IS NOT NULL
), queues AS (
    SELECT queue_name,
           count(*) FILTER (WHERE is_due) AS waiting,
           count(*) FILTER (WHERE status = 'todo' AND NOT is_due) AS later,
           count(*) FILTER (WHERE status = 'doing') AS running,
           count(*) FILTER (WHERE status = 'failed') AS failed,
           min(id) FILTER (
               WHERE is_due AND (lock IS NULL OR lock NOT IN (SELECT lock FROM held))
           ) AS oldest
    FROM jobs GROUP BY queue_name
)
SELECT queue_name, waiting, later, running, failed, (
    SELECT greatest(max(event.at), max(job.scheduled_at))
    FROM procrastinate_jobs AS job JOIN procrastinate_events AS event ON event.job_id = job.id
    WHERE job.id = queues.oldest
) FROM queues ORDER BY queue_name
"""
WORKERS = """
SELECT count(*) FILTER (WHERE last_heartbeat > now() - make_interval(secs => %s)),
       max(last_heartbeat)
FROM procrastinate_workers
"""


@dataclass(frozen=True)
class Signals:
    """Raw signals that wait for their reader or for a person; counts end at MOST_COUNTED."""

    waiting: int
    oldest_seconds: float  # 0 when none waits
    failed: int
    failed_since: datetime | None


@dataclass(frozen=True)
class Queue:
    """The jobs of one queue."""

    name: str
    waiting: int
    later: int  # their time has not come
    running: int
    failed: int
    oldest_seconds: float


@dataclass(frozen=True)
class Workers:
    """Workers that beat, and the last beat of any."""

    count: int
    last_beat: datetime | None


def signals(now: datetime) -> Signals:
    """Return what waits at the intake."""
    row = _rows(SIGNALS, {"now": now, "most": MOST_COUNTED})[0]
    return Signals(row[0], _age(row[1], now), row[2], row[3])


def queues(now: datetime) -> list[Queue]:
    """Return every queue that has a job that is not done."""
    rows = _rows(JOBS, {"now": now})
    return [
        Queue(
            name=name,
            waiting=waiting,
            later=later,
            running=running,
            failed=failed,
            oldest_seconds=_age(since, now),
        )
        for name, waiting, later, running, failed, since in rows
    ]


def workers() -> Workers:
    """Return who works, by the database's clock as the workers beat by it."""
    return Workers(*_rows(WORKERS, [BEATS_WITHIN])[0])


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _rows(sql: str, params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()

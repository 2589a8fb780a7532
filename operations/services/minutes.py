"""Writing the minutes: requests by addition, the rest counted from its tables."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from operations.measuring import Tally
from operations.models import Minute

KEEP_MINUTES = timedelta(days=35)  # four weeks are compared, and one more to look back on
RECOUNTED = timedelta(minutes=3)  # what commits late, and messages that fail at their last try
LONGEST_GAP = timedelta(days=1)  # made up for after a time without workers
LATEST_TRIES = 5000  # sign-in tries are looked at from the end: there is no index on their time

ADD = """
INSERT INTO operations_minute AS kept (name, minute, count, failed, timed)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (name, minute) DO UPDATE SET
    count = kept.count + excluded.count,
    failed = kept.failed + excluded.failed,
    timed = (
        SELECT array_agg(coalesce(one, 0) + coalesce(other, 0) ORDER BY step)
        FROM unnest(kept.timed, excluded.timed) WITH ORDINALITY AS steps (one, other, step)
    )
"""
# Signals have a row for every minute. Messages are counted by the time they were sent.
COUNT = """
WITH spans AS (
    SELECT generate_series(date_trunc('minute', %(since)s), %(now)s, '1 minute') AS minute
), found AS (
    SELECT 'signal' AS name, minute, count(signal.id) AS count,
           count(*) FILTER (WHERE signal.status = 'failed') AS failed
    FROM spans LEFT JOIN messaging_signal AS signal
      ON signal.received_at >= minute AND signal.received_at < minute + interval '1 minute'
    GROUP BY minute
    UNION ALL
    SELECT 'message_' || direction, date_trunc('minute', sent_at), count(*),
           count(*) FILTER (WHERE status = 'failed')
    FROM messaging_message
    WHERE sent_at >= date_trunc('minute', %(since)s) AND sent_at <= %(now)s
    GROUP BY 1, 2
    UNION ALL
    SELECT 'sign_in', date_trunc('minute', at), count(*), count(*) FILTER (WHERE NOT is_success)
    FROM (SELECT at, is_success FROM accounts_loginattempt ORDER BY id DESC LIMIT %(tries)s) AS try
    WHERE at >= date_trunc('minute', %(since)s) AND at <= %(now)s
    GROUP BY 2
)
INSERT INTO operations_minute (name, minute, count, failed, timed)
SELECT name, minute, count, failed, '{}' FROM found
ON CONFLICT (name, minute) DO UPDATE SET count = excluded.count, failed = excluded.failed
WHERE (operations_minute.count, operations_minute.failed) <> (excluded.count, excluded.failed)
"""


def add(tallies: Mapping[tuple[str, datetime], Tally]) -> None:
    """Add what a process counted, by area and minute."""
    rows: list[Any] = [
        [area, minute, tally.count, tally.failed, tally.timed]
        for (area, minute), tally in sorted(tallies.items())  # one lock order: no deadlock
    ]
    with connection.cursor() as cursor:
        cursor.executemany(ADD, rows)


def count_tables(now: datetime | None = None) -> None:
    """Count signals, messages and sign-in tries of the last minutes, and of a gap before them."""
    now = now or timezone.now()
    last = (
        Minute.objects.filter(name=Minute.Name.SIGNAL, minute__lte=now)
        .order_by("-minute")
        .values_list("minute", flat=True)
        .first()
    )
    since = max(min(last or now, now - RECOUNTED), now - LONGEST_GAP)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"since": since, "now": now, "tries": LATEST_TRIES})


def forget_old(now: datetime | None = None) -> None:
    """Delete the minutes that nothing looks at any more."""
    Minute.objects.filter(minute__lt=(now or timezone.now()) - KEEP_MINUTES).delete()

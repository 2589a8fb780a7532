"""Limits: so many calls of one kind within a window of time, counted over all processes.

In Redis where there is one, else in the database. A store that is down lets calls through
(SECURITY.md RL-2); signing in has its own, stricter count (accounts.services.tries).
"""

import time
from typing import Any

import structlog
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .errors import BusinessError

log = structlog.get_logger(__name__)

HOUR = 3600  # seconds
EXPORTS_AN_HOUR = 10  # SECURITY.md RL-1, of one person, over all lists and reports

ADD = """
INSERT INTO accounts_callcount (key, ends_at, count) VALUES (%s, to_timestamp(%s), 1)
ON CONFLICT (key) DO UPDATE SET count = accounts_callcount.count + 1 RETURNING count
"""


class TooManyExports(BusinessError):
    """More files in an hour than one person may take away."""

    code = "too_many_exports"
    message = _("Ten exports an hour are the most. Try again later.")
    http_status = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


def count(key: str, *, window: int) -> int:
    """Count a call under `key` (at most 80 characters) and return how many there were.

    They are counted from the last full `window` (seconds) on. 0: the store is down.
    """
    number = int(time.time() // window)
    try:
        if settings.REDIS_URL:
            return _in_cache(f"{key}:{number}", window)
        return _in_database(f"{key}:{number}", (number + 1) * window)
    except Exception as error:
        log.warning("limit_store_down", error=str(error))
        return 0


def seconds_left(window: int) -> int:
    """Return in how many seconds the present window ends, at least 1."""
    return max(1, int(window - time.time() % window) + 1)


def count_export(user_id: int) -> None:
    """Count a file that a person takes away. Raises TooManyExports beyond ten in this hour."""
    if count(f"files:{user_id}", window=HOUR) > EXPORTS_AN_HOUR:
        raise TooManyExports(seconds_left(HOUR))


def _in_cache(key: str, window: int) -> int:
    cache.add(key, 0, window * 2)
    return cache.incr(key)


def _in_database(key: str, ends_at: float) -> int:
    with connection.cursor() as cursor:
        cursor.execute(ADD, [key, ends_at])
        return int(cursor.fetchone()[0])


def forget_counts() -> None:
    """Delete the counts of windows that are over."""
    counts: Any = apps.get_model("accounts", "CallCount").objects
    counts.filter(ends_at__lt=timezone.now()).delete()

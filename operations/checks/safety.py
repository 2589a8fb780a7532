"""What one would miss on the worst day: the log is whole, backups are fresh and proved (MO-4)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings

from operations.figures.runs import Runs, runs
from operations.marks import CHAIN, read_mark

from .finding import CRITICAL, Finding

BACKUP_HOURS = 26
TEST_DAYS = 8


def chain(now: datetime) -> Iterator[Finding]:
    """The activity log was changed by somebody (services.chain looks at it)."""
    problem = read_mark(CHAIN).get("problem")
    if problem:
        yield Finding(code="chain_broken", level=CRITICAL, figures=problem)


def backups(now: datetime) -> Iterator[Finding]:
    """The last good backup is older than 26 hours, or the last one failed; the same of tests.

    Expected in production from a day after the installation on, elsewhere since the first run.
    """
    found = runs()
    since = found.installed_at if settings.ARE_BACKUPS_EXPECTED else found.first_at
    if since is None:
        return
    yield from _old("backup_old", found.last_backup_at or since, now, timedelta(hours=BACKUP_HOURS))
    yield from _old("restore_test_old", found.last_test_at or since, now, timedelta(days=TEST_DAYS))
    yield from _failed(found)


def _old(code: str, last: datetime, now: datetime, limit: timedelta) -> Iterator[Finding]:
    age = now - last
    if age > limit:
        hours = round(age.total_seconds() / 3600)
        level = CRITICAL if code == "backup_old" else Finding.level
        figures = {"value": hours, "limit": int(limit.total_seconds() // 3600)}
        yield Finding(code=code, level=level, figures=figures)


def _failed(found: Runs) -> Iterator[Finding]:
    if found.has_backup_failed:
        yield Finding(code="backup_failed")
    if found.has_test_failed:
        yield Finding(code="restore_test_failed", level=CRITICAL)

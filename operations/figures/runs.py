"""Backups and restore tests: the newest of each, in one query."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from operations.models import Backup

RUNS = """
SELECT
    (SELECT min(started_at) FROM operations_backup),
    (SELECT min(applied) FROM django_migrations),
    (SELECT max(ended_at) FROM operations_backup WHERE kind = %(backup)s AND state = 'done'),
    (SELECT max(ended_at) FROM operations_backup WHERE kind = %(test)s AND state = 'done'),
    (SELECT state FROM operations_backup WHERE kind = %(backup)s AND state <> 'running'
     ORDER BY started_at DESC LIMIT 1),
    (SELECT state FROM operations_backup WHERE kind = %(test)s AND state <> 'running'
     ORDER BY started_at DESC LIMIT 1)
"""


@dataclass(frozen=True)
class Runs:
    """When backups and tests ended well last, and how the last of each ended."""

    first_at: datetime | None  # of any run
    installed_at: datetime
    last_backup_at: datetime | None
    last_test_at: datetime | None
    has_backup_failed: bool
    has_test_failed: bool


def runs() -> Runs:
    """Return the state of backups."""
    params = {"backup": Backup.Kind.BACKUP.value, "test": Backup.Kind.RESTORE_TEST.value}
    with connection.cursor() as cursor:
        cursor.execute(RUNS, params)
        first, installed, last_backup, last_test, backup_state, test_state = cursor.fetchone()
    return Runs(
        first_at=first,
        installed_at=installed,
        last_backup_at=last_backup,
        last_test_at=last_test,
        has_backup_failed=backup_state == Backup.State.FAILED,
        has_test_failed=test_state == Backup.State.FAILED,
    )

"""Migrations may run longer than a request's statement, and wait for no lock that long (OP-3)."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import pre_migrate

pytestmark = pytest.mark.django_db


def patience() -> tuple[str, str]:
    """How long a statement may run, and wait for a lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"
        )
        statement, lock = cursor.fetchone()
    return statement, lock


def test_a_migration_may_take_its_time_and_requests_may_not() -> None:
    seen = []

    def look(**_event: Any) -> None:
        seen.append(patience())

    pre_migrate.connect(look)
    try:
        call_command("migrate", verbosity=0)
    finally:
        pre_migrate.disconnect(look)
    assert set(seen) == {("0", "2s")}
    assert patience() == ("15s", "5s")

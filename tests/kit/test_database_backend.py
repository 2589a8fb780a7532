"""The database backend of the kit: times, lost servers, no log of statements."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User

pytestmark = pytest.mark.django_db


def now() -> Any:
    """The database's time as this process reads it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT TIMESTAMPTZ '2026-03-01 10:30:00.25+03', NULL::timestamptz")
        return cursor.fetchone()


def test_times_are_read_in_utc() -> None:
    moment, nothing = now()
    assert moment == datetime(2026, 3, 1, 7, 30, 0, 250_000, tzinfo=UTC)
    assert moment.tzinfo is UTC
    assert nothing is None


@pytest.mark.django_db(transaction=True)
def test_rows_read_bit_by_bit_have_their_times_too(sales: User) -> None:
    with transaction.atomic():
        rows = list(User.objects.filter(pk=sales.pk).iterator(chunk_size=1))
    assert [row.created_at.tzinfo for row in rows] == [UTC]


def test_statements_are_kept_only_where_they_are_captured(settings: Any) -> None:
    settings.DEBUG = True
    before = len(connection.queries_log)
    now()
    assert len(connection.queries_log) == before
    with CaptureQueriesContext(connection) as captured:
        now()
    assert len(captured) == 1


@pytest.mark.django_db(transaction=True)
def test_a_session_that_the_server_ended_is_found_out_and_replaced() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        number = cursor.fetchone()[0]
    assert connection.is_usable()
    end_session(number)
    assert not connection.is_usable()
    connection.health_check_enabled, connection.health_check_done = True, False  # a new request
    moment, _nothing = now()
    assert moment.tzinfo is UTC


def end_session(number: int) -> None:
    """End a session of the server from another connection, and wait until it is gone."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [number])
    finally:
        other.close()


def test_a_closed_connection_is_not_usable() -> None:
    other = connection.copy()
    assert not other.is_usable()

"""A changed activity log is told within a minute where it was changed lately, else within a day."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Activity, User
from accounts.services import record
from operations import tasks
from operations.models import Alert, Mark
from operations.services import chain

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calm")]

Watch = Callable[..., list[str]]


def sql(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def write(person: User, entries: int) -> None:
    """Write entries that the database seals, as at the end of a transaction."""
    for number in range(entries):
        record(person, "lead.assigned", person, changes={"x": [None, number]})
    sql("SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED")


def tamper(statement: str) -> None:
    """Change the log as an owner of the database would, who switches its triggers off."""
    tables = ("accounts_activity", "accounts_activityseal", "accounts_activityhead")
    sql(
        "SET CONSTRAINTS ALL IMMEDIATE",
        "SET CONSTRAINTS ALL DEFERRED",
        *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in tables),
        statement,
        *(f"ALTER TABLE {table} ENABLE TRIGGER ALL" for table in tables),
    )


def entry(place: int) -> int:
    return list(Activity.objects.order_by("pk").values_list("pk", flat=True))[place]


@pytest.fixture
def log(manager: User) -> None:
    """Ten sealed entries that were verified."""
    write(manager, 10)
    tasks.verify_whole_log.func()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts_activity SET verb = 'lead.rejected' WHERE id = {late}",
        "DELETE FROM accounts_activityseal WHERE activity_id = {late}",
        "UPDATE accounts_activityseal SET hash = previous_hash WHERE activity_id = {late}",
    ],
)
def test_a_late_change_is_told_within_a_minute(log: None, watch: Watch, statement: str) -> None:
    assert watch() == []
    tamper(statement.format(late=entry(-2)))
    assert watch() == ["chain_broken"]
    alert = Alert.objects.get()
    assert (alert.level, alert.figures["part"]) == (Alert.Level.CRITICAL, "end")


def test_an_honest_log_goes_on(log: None, manager: User, watch: Watch) -> None:
    for _turn in range(3):
        write(manager, 5)
        assert watch(1) == []


def test_an_old_change_is_told_by_the_daily_look_and_not_forgotten_by_the_next_small_one(
    manager: User,
    watch: Watch,
    monkeypatch: pytest.MonkeyPatch,
    queued: Callable[[], list[str]],
    run_jobs: Callable[[], None],
) -> None:
    monkeypatch.setattr(chain, "LOOKED_BACK", 3)
    write(manager, 10)
    tasks.verify_whole_log.func()
    tamper(f"UPDATE accounts_activity SET verb = 'x' WHERE id = {entry(1)}")
    assert watch() == []
    assert "operations.tasks.verify_whole_log" not in queued()

    watch(1, every=timedelta(hours=25).total_seconds())
    watch(1)
    assert queued().count("operations.tasks.verify_whole_log") == 1
    run_jobs()
    write(manager, 2)
    assert watch(4) == ["chain_broken"]
    assert Alert.objects.get(code="chain_broken").figures["number"] == 2

    tamper(f"UPDATE accounts_activity SET verb = 'lead.assigned' WHERE id = {entry(1)}")
    tasks.verify_whole_log.func()
    assert watch() == []


def test_a_log_that_was_cut_back_and_continued_is_told(
    log: None, manager: User, watch: Watch
) -> None:
    """The head noted before knows better: the chain itself is whole again."""
    first = Activity.objects.order_by("-pk").values_list("pk", flat=True)[:2][1]
    tamper(
        f"DELETE FROM accounts_activityseal WHERE activity_id >= {first};"
        f"DELETE FROM accounts_activity WHERE id >= {first};"
        "UPDATE accounts_activityhead SET (number, hash) ="
        " (SELECT number, hash FROM accounts_activityseal ORDER BY number DESC LIMIT 1)"
    )
    write(manager, 4)
    assert watch() == ["chain_broken"]


def test_the_whole_log_is_asked_for_at_once_by_a_new_installation(
    db: None, queued: Callable[[], list[str]]
) -> None:
    Mark.objects.all().delete()
    assert chain.is_whole_due(timezone.now())
    assert not chain.is_whole_due(timezone.now())

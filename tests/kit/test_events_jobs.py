"""Events and jobs: rows of the caller's transaction, one waiting wake-up, two retries, priority."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from crm_project.kit import events, jobs


@dataclass(frozen=True, kw_only=True)
class SomethingHappened(events.Event):
    """A fact of the tests."""

    thing_id: int


@jobs.job()
def follow(*, thing_id: int) -> None:
    """A subscriber."""


@jobs.job(lock="kit-tests", priority=5)
def follow_urgently(*, thing_id: int) -> None:
    """Another subscriber, which comes first and runs one at a time."""


@jobs.job()
def tidy() -> None:
    """A job without arguments that is woken."""


@pytest.fixture(autouse=True)
def _subscribers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(events._SUBSCRIBERS, SomethingHappened, [follow, follow_urgently])


def waiting() -> list[tuple[str, dict[str, Any]]]:
    rows = ProcrastinateJob.objects.filter(status="todo", task_name__startswith=__name__)
    return [(row.task_name.rpartition(".")[2], row.args) for row in rows.order_by("id")]


@pytest.mark.django_db
def test_an_event_queues_one_job_per_subscriber_with_its_ids() -> None:
    events.publish(SomethingHappened(thing_id=7))
    assert waiting() == [("follow", {"thing_id": 7}), ("follow_urgently", {"thing_id": 7})]


@pytest.mark.django_db
def test_an_event_that_nobody_wants_queues_nothing() -> None:
    events.publish(events.Event())
    assert waiting() == []


@pytest.mark.django_db(transaction=True)
def test_jobs_are_undone_with_the_transaction_that_queued_them() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        events.publish(SomethingHappened(thing_id=7))
        jobs.enqueue_many(follow, [{"thing_id": 1}, {"thing_id": 2}])
        assert len(waiting()) == 4
        raise ZeroDivisionError
    assert waiting() == []


@pytest.mark.django_db
def test_many_jobs_are_queued_by_one_statement(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        jobs.enqueue_many(follow, [{"thing_id": number} for number in range(50)])
    assert len(waiting()) == 50
    with django_assert_num_queries(0):
        jobs.enqueue_many(follow, [])


@pytest.mark.django_db
def test_waking_twice_queues_one_run() -> None:
    jobs.wake(tidy)
    jobs.wake(tidy)
    assert waiting() == [("tidy", {})]


@pytest.mark.django_db
def test_waking_queues_another_run_while_one_is_running() -> None:
    jobs.wake(tidy)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
    jobs.wake(tidy)
    assert waiting() == [("tidy", {})]


@pytest.mark.django_db
def test_a_wake_up_that_another_process_queued_meanwhile_is_no_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jobs.wake(tidy)
    nobody = ProcrastinateJob.objects.none()
    monkeypatch.setattr(ProcrastinateJob.objects, "filter", lambda **_: nobody)
    jobs.wake(tidy)
    monkeypatch.undo()
    assert ProcrastinateJob.objects.count() == 1


def failed(task: Any, attempts: int, **job: Any) -> Any:
    """The decision after a failed attempt; `attempts` came before it."""
    given = Job(
        id=1, queue="default", lock=task.lock, task_name=task.name, attempts=attempts,
        priority=task.priority, **{"queueing_lock": None, **job},
    )  # fmt: skip
    retry = task.get_retry_exception(exception=ValueError(), job=given)
    return retry.retry_decision if retry else None


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 1), (1, 30)])
def test_a_failed_job_waits_one_second_then_thirty(attempts: int, seconds: int) -> None:
    from procrastinate.utils import utcnow

    decision = failed(follow, attempts)
    wait = (decision.retry_at - utcnow()).total_seconds()
    assert seconds - 0.5 < wait <= seconds


@pytest.mark.parametrize("attempts", [2, 3, 50])
def test_after_the_third_failure_a_job_stays_failed(attempts: int) -> None:
    assert failed(follow, attempts) is None


def test_a_woken_job_is_left_to_its_next_wake_up() -> None:
    assert failed(tidy, 0, queueing_lock="wake:tidy") is None


def test_a_failed_job_with_a_lock_waits_behind_its_fellows() -> None:
    assert failed(follow_urgently, 0).priority == follow_urgently.priority - 1
    assert failed(follow, 0).priority is None


@pytest.mark.django_db
def test_the_higher_priority_runs_first_then_the_older() -> None:
    for number in (1, 2):
        events.publish(SomethingHappened(thing_id=number))
    assert fetched(4) == [
        ("follow_urgently", 1),  # the second of the same lock has to wait for it
        ("follow", 1),
        ("follow", 2),
        None,
    ]


def fetched(count: int) -> list[Any]:
    """What workers would take, one after the other."""
    taken: list[Any] = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM procrastinate_register_worker_v1() AS worker(id)")
        worker = cursor.fetchone()[0]
        for _turn in range(count):
            cursor.execute(
                "SELECT task_name, args FROM procrastinate_fetch_job_v2(NULL, %s)", [worker]
            )
            name, arguments = cursor.fetchone()
            found = arguments if isinstance(arguments, dict) or not arguments else None
            if arguments and found is None:
                import json

                found = json.loads(arguments)
            taken.append((name.rpartition(".")[2], found["thing_id"]) if name else None)
    return taken


def test_every_task_of_the_product_is_known_to_the_queue() -> None:
    assert "leads.tasks.open_leads_from_messages" in app.tasks
    assert app.tasks["messaging.tasks.drain_signals"].priority > 0

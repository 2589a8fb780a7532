"""The worker as a process: what it survives, what it hands back, how soon others take over."""

import os
import signal
import time
from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection
from procrastinate.contrib.django.utils import connector_params

from tests.kit.workers import (
    PROBES,
    marks,
    queue,
    ready_worker,
    registered,
    rows,
    statuses,
    wait_for,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LONG = 20.0  # for what is asked whether, not when; a busy machine takes its time
RECOVERY_SECONDS = 5.0


EMPTY_QUEUE = "TRUNCATE procrastinate_jobs, procrastinate_workers RESTART IDENTITY CASCADE;"


@pytest.fixture(autouse=True)
def _probe(transactional_db: None) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE probe (mark text, at timestamptz DEFAULT clock_timestamp());"
            + EMPTY_QUEUE
        )
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE probe;" + EMPTY_QUEUE)


def test_a_job_starts_at_once_and_its_successor_of_the_same_lock_right_after_it() -> None:
    with ready_worker():
        queue("mark", text="warm")
        wait_for(lambda: "warm" in marks(), LONG)
        begun = time.monotonic()
        queue("locked", text="first", seconds=0.2)
        queue("locked", text="second", seconds=0.0)
        wait_for(lambda: "second ended" in marks(), LONG)
        assert time.monotonic() - begun < 0.9  # sooner than the next poll
        assert marks()[1:] == ["first began", "first ended", "second began", "second ended"]


def test_what_a_job_queues_commits_with_the_job() -> None:
    with ready_worker():
        queue("queue_then_fail", text="never")
        queue("queue_then_wait", text="after", seconds=0.5)
        wait_for(lambda: "after" in marks(), LONG)
    assert "never" not in marks()
    rows_of_after = rows("SELECT at FROM probe WHERE mark IN ('committed', 'after') ORDER BY mark")
    assert abs((rows_of_after[0][0] - rows_of_after[1][0]).total_seconds()) < 0.45


def test_jobs_of_a_killed_worker_run_again_in_another_within_five_seconds() -> None:
    with ready_worker() as first:
        queue("locked", text="cut", seconds=4)
        queue("locked", text="next", seconds=0.0)
        wait_for(lambda: "cut began" in marks(), LONG)
        with ready_worker():
            os.killpg(first.pid, signal.SIGKILL)
            took = wait_for(lambda: marks().count("cut began") == 2, RECOVERY_SECONDS)
            wait_for(lambda: "next ended" in marks(), LONG)
            assert len(registered()) == 1  # the dead one is forgotten
    print(f"rescued after {took:.2f} s")
    assert marks().count("cut ended") == 1
    assert statuses() == []


def test_a_rescue_is_no_failed_attempt() -> None:
    with ready_worker() as first:
        queue("slow", text="cut", seconds=60)
        wait_for(lambda: "cut began" in marks(), LONG)
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
        with ready_worker():
            wait_for(lambda: marks().count("cut began") == 2, LONG)
            assert rows(f"SELECT attempts {PROBES}") == [(0,)]


def test_a_rescue_goes_on_when_another_run_of_the_same_wake_up_waits() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, queueing_lock)"
            " SELECT 'default', 'tests.kit.probe.tasks.mark', '{\"text\": \"woken\"}',"
            "        status::procrastinate_job_status, 'wake:probe'"
            " FROM (VALUES ('todo'), ('doing'), ('doing')) AS wanted (status)"
        )
    with ready_worker():
        wait_for(lambda: marks() == ["woken"] * 3, LONG)


def test_a_job_that_ends_its_worker_every_time_is_stopped_at_last() -> None:
    from crm_project.kit.jobs import MOST_STARTS, rescue_stalled_jobs

    queue("mark", text="poison")
    with connection.cursor() as cursor:
        for _turn in range(MOST_STARTS):
            cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE status = 'todo'")
            rescue_stalled_jobs()
    assert statuses() == [("mark", "failed")]


def test_a_stopped_worker_finishes_its_jobs() -> None:
    with ready_worker() as stopped:
        queue("slow", text="last", seconds=1)
        wait_for(lambda: "last began" in marks(), LONG)
        stopped.send_signal(signal.SIGTERM)
        assert stopped.wait(timeout=LONG) == 0
    assert marks() == ["last began", "last ended"]
    assert statuses() == []
    assert registered() == set()


def test_a_stopped_worker_hands_back_what_takes_too_long() -> None:
    with ready_worker() as stopped:
        queue("slow", text="long", seconds=60)
        wait_for(lambda: "long began" in marks(), LONG)
        stopped.send_signal(signal.SIGTERM)
        assert stopped.wait(timeout=LONG) == 0
    assert statuses() == [("slow", "todo")]
    assert registered() == set()


def test_a_stopped_worker_ends_without_the_database_too() -> None:
    with ready_worker() as stopped:
        _let_nobody_in(True)
        try:
            stopped.send_signal(signal.SIGSTOP)  # it is asked to end and loses all at once
            rows(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            stopped.send_signal(signal.SIGTERM)
            stopped.send_signal(signal.SIGCONT)
            assert stopped.wait(timeout=LONG) in {0, 1}
        finally:
            _let_nobody_in(False)


def test_a_worker_busy_with_computing_is_not_taken_for_dead() -> None:
    with ready_worker() as busy:
        for _number in range(4):
            queue("greedy", seconds=4)
        wait_for(lambda: [s for _n, s in statuses()].count("doing") == 4, LONG)
        number = registered()
        ages = []
        while len(marks()) < 4:
            query = "SELECT extract(epoch FROM now() - last_heartbeat) FROM procrastinate_workers"
            ages += [float(row[0]) for row in rows(query)]
            time.sleep(0.2)
        print(f"oldest heartbeat {max(ages):.2f} s")
        assert max(ages) < 3
        assert registered() == number
        assert busy.poll() is None
    assert marks() == ["greedy ended"] * 4


def test_a_worker_without_its_listener_ends_and_hands_its_jobs_back() -> None:
    with ready_worker() as cut:
        queue("slow", text="cut", seconds=60)
        wait_for(lambda: "cut began" in marks(), LONG)
        _let_nobody_in(True)
        try:
            _cut_listener()
            assert cut.wait(timeout=LONG) == 1
        finally:
            _let_nobody_in(False)
        with ready_worker():
            wait_for(lambda: marks().count("cut began") == 2, LONG)


def test_a_worker_outlives_the_loss_of_single_connections() -> None:
    with ready_worker() as cut:
        _cut_listener()
        time.sleep(0.5)
        queue("mark", text="after")
        wait_for(lambda: "after" in marks(), LONG)
        assert cut.poll() is None


def test_a_worker_that_others_gave_up_ends() -> None:
    with ready_worker() as forgotten:
        rows("DELETE FROM procrastinate_workers RETURNING id")
        assert forgotten.wait(timeout=LONG) == 1


def test_a_failing_job_with_a_lock_does_not_hold_up_the_others() -> None:
    with ready_worker():
        queue("fail_locked", text="poison")
        wait_for(lambda: "poison" in marks(), LONG)
        for number in range(3):
            queue("locked", text=f"good {number}", seconds=0)
        took = wait_for(lambda: "good 2 ended" in marks(), LONG)
        assert took < 0.9
        wait_for(lambda: marks().count("poison") == 2, LONG)


def test_a_worker_keeps_the_number_of_its_connections() -> None:
    def connections() -> int:
        return rows(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )[0][0]

    with ready_worker():
        most = []
        for wave in range(1, 4):
            for number in range(40):
                queue("mark", text=f"{wave}-{number}")
            wait_for(lambda: len(marks()) == 40 * wave, 20)
            time.sleep(1)
            most.append(connections())
        print(f"connections after each wave: {most}")
        assert max(most) <= 4 + 2 + 4 + 2 + 2  # jobs, sweeps, pool, lease and listener, spare


def _cut_listener() -> None:
    query = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND query LIKE 'LISTEN %'"
    )
    wait_for(lambda: rows(query), 10)


def _let_nobody_in(is_closed: bool) -> None:
    name = connection.settings_dict["NAME"]
    allowed = "false" if is_closed else "true"
    with psycopg.connect(**{**connector_params(), "dbname": "postgres"}, autocommit=True) as other:
        other.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {allowed}')

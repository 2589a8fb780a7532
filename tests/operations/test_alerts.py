"""Each condition becomes an alert and a notification within a minute, and ends with its cause (MO-5).

The sweep comes round every 15 seconds; two turns announce, so everything below is told after 30.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Activity, LoginAttempt, Notification, User
from messaging.models import Signal
from operations import pulse
from operations.figures import storage
from operations.models import Alert, Backup, Minute

from .conftest import make_minutes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calm")]

Watch = Callable[..., list[str]]


def make_job(status: str = "todo", *, age: float = 0, **columns: Any) -> int:
    """A job of the queue whose last event is `age` seconds old."""
    values = {"queue_name": "outbound", "task_name": "messaging.tasks.deliver_message"} | columns
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO procrastinate_jobs (status, {', '.join(values)})"
            f" VALUES (%s{', %s' * len(values)}) RETURNING id",
            [status, *values.values()],
        )
        number = int(cursor.fetchone()[0])
        cursor.execute(
            "INSERT INTO procrastinate_events (job_id, type, at) VALUES (%s, 'deferred', %s)"
            " ON CONFLICT DO NOTHING",
            [number, timezone.now() - timedelta(seconds=age)],
        )
        cursor.execute(
            "UPDATE procrastinate_events SET at = %s WHERE job_id = %s",
            [timezone.now() - timedelta(seconds=age), number],
        )
    return number


def make_signal(**values: Any) -> Signal:
    return Signal.objects.create(
        channel="whatsapp", key=f"k{Signal.objects.count()}", body=b"{}", **values
    )


def test_a_calm_installation_has_no_alert(watch: Watch) -> None:
    assert watch(5) == []
    assert not Alert.objects.exists()
    assert not Notification.objects.exists()


def test_a_signal_that_waits_too_long_is_told_to_those_who_watch_and_ends_when_it_is_read(
    watch: Watch, manager: User, sales: User
) -> None:
    make_signal(due_at=timezone.now() - timedelta(seconds=45))

    assert watch() == ["signals_waiting"]
    notice = Notification.objects.get()
    assert (notice.user, notice.kind, notice.url) == (manager, "operations.alert", "/operations/")
    assert "60" in notice.detail  # 15 seconds after it was seen first
    opened = Activity.objects.get(verb="alert.opened")
    assert opened.actor is None
    assert opened.reason["rule"] == "alert.signals_waiting"
    assert watch(3) == ["signals_waiting"]  # it is told once, however long it holds
    assert Notification.objects.count() == 1

    Signal.objects.update(status=Signal.Status.DONE)
    assert watch(2) == ["signals_waiting"]  # a calm moment is no end
    assert watch(4) == []
    assert Activity.objects.filter(verb="alert.resolved").count() == 1
    assert Alert.objects.get().resolved_at is not None


def test_what_holds_for_a_moment_only_is_told_to_nobody(watch: Watch) -> None:
    signal = make_signal(due_at=timezone.now() - timedelta(seconds=45))
    watch(1)
    Signal.objects.filter(pk=signal.pk).update(status=Signal.Status.DONE)
    assert watch(3) == []
    assert not Alert.objects.exists()
    assert not Notification.objects.exists()


def test_an_alert_that_comes_back_before_it_is_over_stays_one(watch: Watch) -> None:
    signal = make_signal(due_at=timezone.now() - timedelta(seconds=45))
    for status in (Signal.Status.PENDING, Signal.Status.DONE, Signal.Status.PENDING):
        Signal.objects.filter(pk=signal.pk).update(status=status)
        watch()
    assert Alert.objects.count() == Notification.objects.count() == 1


def test_a_signal_or_job_whose_time_has_not_come_waits_for_nothing(watch: Watch) -> None:
    later = timezone.now() + timedelta(hours=1)
    make_signal(due_at=later)
    make_job(age=600, scheduled_at=later)
    make_job("doing", age=600, lock="one")
    make_job(age=600, lock="one")  # waits for the one before it, however long that takes
    assert watch() == []


def test_a_job_that_waits_too_long_names_its_queue(watch: Watch) -> None:
    number = make_job(age=45)
    assert watch() == ["jobs_waiting"]
    alert = Alert.objects.get()
    assert (alert.subject, alert.level) == ("outbound", Alert.Level.WARNING)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [number])
    assert watch(6) == []


def test_dead_letters_stay_told_until_a_person_has_dealt_with_them(
    watch: Watch, manager: User, client_of: Callable[[User], Client]
) -> None:
    number = make_job("failed")
    make_signal(status=Signal.Status.FAILED)
    assert watch() == ["jobs_failed", "signals_failed"]
    Signal.objects.update(status=Signal.Status.DONE)
    client_of(manager).post(f"/operations/jobs/{number}/dismiss/")
    assert watch() == []


def test_slow_webhooks_and_failing_answers_are_told(watch: Watch) -> None:
    slow = [0, 0, 0, 0, 0, 90, 0, 10, 0, 0, 0]  # ten of a hundred took up to a second
    make_minutes("webhook", until=timezone.now(), minutes=4, count=100, timed=slow)
    make_minutes("page", until=timezone.now(), minutes=4, count=100, failed=2, timed=[100])
    assert watch() == ["answers_failed", "webhook_slow"]
    assert Alert.objects.get(code="webhook_slow").figures["value"] > 200
    Minute.objects.exclude(name="signal").update(timed=[100], failed=0)
    assert watch(6) == []


def test_three_errors_in_a_thousand_answers_are_not_told(watch: Watch) -> None:
    make_minutes("api", until=timezone.now(), minutes=3, count=1000, failed=3, timed=[1000])
    assert watch() == []


@pytest.mark.parametrize(
    ("now", "code"), [(10, "throughput_low"), (65, "throughput_high"), (45, ""), (36, "")]
)
def test_throughput_outside_its_band_is_told(watch: Watch, now: int, code: str) -> None:
    for week in range(1, 5):
        make_minutes(
            "signal",
            until=timezone.now() - timedelta(days=7 * week, minutes=-60),
            minutes=120,
            count=45,
        )
    for minute in range(13):
        Signal.objects.bulk_create(
            Signal(
                channel="whatsapp", key=f"{minute}-{number}", body=b"", status="done",
                received_at=timezone.now() - timedelta(minutes=minute),
            )
            for number in range(now)
        )  # fmt: skip
    make_minutes("signal", until=timezone.now() - timedelta(minutes=3), minutes=20, count=now)
    assert watch() == ([code] if code else [])


def test_a_small_company_and_a_young_one_are_not_alarmed_by_quiet_minutes(watch: Watch) -> None:
    for week, count in ((1, 15), (2, 15), (3, 15), (4, 15)):  # 150 in ten minutes: too few to tell
        until = timezone.now() - timedelta(days=7 * week, minutes=-60)
        make_minutes("signal", until=until, minutes=120, count=count)
    assert watch() == []
    Minute.objects.filter(minute__lt=timezone.now() - timedelta(days=15)).delete()
    Minute.objects.update(count=500)  # two weeks of it
    assert watch() == []


def test_many_wrong_sign_ins_are_told_where_few_are_normal(watch: Watch) -> None:
    tries = [LoginAttempt(account=f"a{number}", ip="10.0.0.1") for number in range(25)]
    LoginAttempt.objects.bulk_create(tries)
    assert watch() == ["sign_ins_failed"]


def test_as_many_wrong_sign_ins_are_nothing_where_they_are_normal(watch: Watch) -> None:
    make_minutes(
        "sign_in", until=timezone.now() - timedelta(hours=1), minutes=5000, count=2, failed=2
    )
    LoginAttempt.objects.bulk_create(
        LoginAttempt(account=f"a{number}", ip="10.0.0.1") for number in range(25)
    )
    assert watch() == []


def test_what_becomes_critical_is_told_once_more_and_what_gets_better_is_not(
    watch: Watch, disks: list[storage.Disk], manager: User, client_of: Callable[[User], Client]
) -> None:
    User.objects.filter(pk=manager.pk).update(language="en")

    def used(percent: int) -> None:
        disks[0] = storage.Disk(("state", "media"), total=100 << 30, free=(100 - percent) << 30)
        watch()

    used(85)
    used(98)
    alert = Alert.objects.get()
    assert (alert.subject, alert.level) == ("state+media", Alert.Level.CRITICAL)
    first, second = Notification.objects.order_by("pk")
    assert (first.user, second.user) == (manager, manager)
    assert "critical" in second.subject
    assert "98" in second.detail
    entry = Activity.objects.get(verb="alert.worsened")
    assert entry.changes == {"level": ["warning", "critical"]}
    page = client_of(User.objects.get(pk=manager.pk)).get("/operations/").content.decode()
    assert '<span class="st st-bad">Critical</span>' in page

    for percent in (85, 98, 85):  # swings to and fro
        used(percent)
    assert Alert.objects.get().level == Alert.Level.WARNING
    assert Notification.objects.count() == 2
    assert Activity.objects.filter(verb="alert.worsened").count() == 1
    used(50)
    assert watch(4) == []

    used(98)  # another time, critical from the start: told of once
    used(85)
    used(98)
    assert Notification.objects.count() == 3


def make_run(kind: str, state: str = "done", **age: float) -> None:
    at = timezone.now() - timedelta(**age)
    Backup.objects.create(kind=kind, state=state, started_at=at, ended_at=at)


def test_backups_and_restore_tests_that_are_old_are_told(watch: Watch) -> None:
    make_run("backup", hours=27)
    make_run("restore_test", days=9)
    assert watch() == ["backup_old", "restore_test_old"]
    make_run("backup", hours=0)
    make_run("restore_test", hours=0)
    assert watch() == []


def test_backups_and_restore_tests_that_failed_are_told_until_one_ends_well(watch: Watch) -> None:
    for kind in ("backup", "restore_test"):
        make_run(kind, hours=5)
        make_run(kind, "failed", hours=1)
    assert watch() == ["backup_failed", "restore_test_failed"]
    make_run("backup", hours=0)
    make_run("restore_test", hours=0)
    assert watch() == []


def test_production_expects_a_backup_a_day_after_it_was_installed(
    watch: Watch, settings: Any
) -> None:
    settings.ARE_BACKUPS_EXPECTED = True
    assert watch() == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET applied = applied - interval '27 hours'")
    assert watch() == ["backup_old"]


def test_the_web_tells_that_no_worker_runs_because_no_worker_can(
    worker: int, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
    for seconds in (0, 15):
        now = timezone.now() + timedelta(seconds=seconds)
        with monkeypatch.context() as moved:
            moved.setattr(timezone, "now", lambda at=now: at)
            pulse.watch_workers()
    assert Alert.objects.open().get().code == "no_worker"
    assert Notification.objects.count() == 1

    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
    assert watch(3) == []


def test_a_check_that_fails_neither_stops_the_others_nor_ends_its_alerts(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, disks: list[storage.Disk]
) -> None:
    disks[0] = storage.Disk(("state",), total=100, free=5)
    watch()

    def fails(_folder: str = "") -> None:
        raise RuntimeError

    monkeypatch.setattr(storage, "disks", fails)
    make_signal(status=Signal.Status.FAILED)
    assert watch(8) == ["disk_full", "signals_failed"]


def test_an_alert_that_cannot_be_told_now_is_told_later_and_stops_no_other(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, disks: list[storage.Disk]
) -> None:
    def cannot(_notices: Any) -> None:
        raise RuntimeError

    make_signal(status=Signal.Status.FAILED)
    disks[0] = storage.Disk(("state",), total=100, free=5)
    with monkeypatch.context() as broken:
        broken.setattr("operations.services.alerts.notify_many", cannot)
        assert watch(3) == []
    assert watch(1) == ["disk_full", "signals_failed"]
    assert Notification.objects.count() == 2

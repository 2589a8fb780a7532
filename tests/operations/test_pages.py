"""The pages of operations: who sees them, what they show, and dealing with failed jobs."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Activity, User, UserSession
from operations.models import Alert, Backup

from .conftest import make_minutes

pytestmark = pytest.mark.django_db

PAGES = ("/operations/", "/operations/alerts/", "/operations/jobs/")
ClientOf = Callable[[User], Client]


def fail_job(**columns: Any) -> int:
    values = {"queue_name": "mail", "task_name": "accounts.tasks.send_digest"} | columns
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO procrastinate_jobs (status, attempts, args, {', '.join(values)})"
            f""" VALUES ('failed', 2, '{{"user_id": 7}}'{", %s" * len(values)}) RETURNING id""",
            list(values.values()),
        )
        return int(cursor.fetchone()[0])


def job(number: int) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status, attempts FROM procrastinate_jobs WHERE id = %s", [number])
        found: tuple[Any, ...] | None = cursor.fetchone()
        return found


@pytest.mark.parametrize("page", PAGES)
def test_managers_and_auditors_of_the_company_see_operations_and_nobody_else(
    page: str, client_of: ClientOf, manager: User, auditor: User, supervisor: User, sales: User
) -> None:
    seen = {user.email: client_of(user).get(page).status_code for user in (manager, auditor)}
    assert set(seen.values()) == {200}
    for user in (supervisor, sales):
        assert client_of(user).get(page).status_code == 403


def test_a_permission_for_one_branch_opens_nothing(client_of: ClientOf, supervisor: User) -> None:
    supervisor.role.grants["operations.view_operations"] = "branch"
    supervisor.role.save()
    for page in PAGES:
        assert client_of(supervisor).get(page).status_code == 403


def test_the_page_shows_everything_in_few_queries(
    client_of: ClientOf, manager: User, worker: int, django_assert_max_num_queries: Any
) -> None:
    now = timezone.now()
    for week in range(5):
        make_minutes(
            "signal", until=now - timedelta(days=7 * week, minutes=-90), minutes=240, count=30
        )
    make_minutes("page", until=now, minutes=60, count=120, timed=[0, 100, 20])
    make_minutes("message_out", until=now, minutes=60, count=3, failed=1)
    fail_job()
    Backup.objects.create(
        kind="backup", state="done", size=5 << 20, is_encrypted=True, name="b",
        started_at=now, ended_at=now,
    )  # fmt: skip
    Backup.objects.create(
        kind="restore_test", state="failed", error="pg_restore: no", started_at=now, ended_at=now
    )
    alert = Alert.objects.create(
        code="jobs_failed", level="warning", figures={"value": 1}, announced_at=now
    )
    manager.language = "en"
    manager.save()
    client = client_of(manager)
    client.get("/operations/")
    with django_assert_max_num_queries(22):
        text = client.get("/operations/").content.decode()
    for words in ("failed for good", "1,800", "5.0 MB", "pg_restore: no", "Encrypted", "180"):
        assert words in text, words
    with django_assert_max_num_queries(15):
        part = client.get("/operations/", headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div class="ops"')
    Alert.objects.filter(pk=alert.pk).update(resolved_at=timezone.now())
    assert "Nothing is wrong" in client.get("/operations/").content.decode()


def test_nobody_keeping_watch_is_said(client_of: ClientOf, manager: User) -> None:
    manager.language = "en"
    manager.save()
    text = client_of(manager).get("/operations/").content.decode()
    assert "Nobody keeps watch" in text
    assert "none has ever run" in text
    assert "Nothing is wrong" not in text


def test_alerts_are_filtered_and_paged(client_of: ClientOf, manager: User) -> None:
    now = timezone.now()
    Alert.objects.bulk_create(
        Alert(code="disk_full", subject=str(number), level="warning", announced_at=now,
              opened_at=now - timedelta(hours=number), resolved_at=now, figures={"value": number})
        for number in range(60)
    )  # fmt: skip
    Alert.objects.create(code="no_worker", level="critical", announced_at=now)
    Alert.objects.create(code="chain_broken", level="critical", announced_at=None)  # told to nobody
    client = client_of(manager)
    first = client.get("/operations/alerts/").content.decode()
    assert first.count("<tr data-row>") == 50
    assert "after=" in first
    loaded = client.get("/operations/alerts/?shown=60", headers={"HX-Request": "true"})
    assert loaded.content.decode().count("<tr data-row>") == 60  # a refresh keeps what was loaded
    assert "shown" not in loaded.content.decode()
    few = client.get("/operations/alerts/?state=open").content.decode()
    assert few.count("<tr data-row>") == 1
    assert client.get("/operations/alerts/?code=x&after=%FF").status_code in {200, 400}


def test_a_failed_job_is_run_again_with_all_its_tries(
    client_of: ClientOf, manager: User, queued: Callable[[], list[str]]
) -> None:
    number = fail_job(queueing_lock="wake:one")
    client = client_of(manager)
    assert "user_id=7" in client.get("/operations/jobs/").content.decode()
    assert client.post(f"/operations/jobs/{number}/retry/").status_code == 302
    assert job(number) == ("todo", 0)
    assert queued() == ["accounts.tasks.send_digest"]
    entry = Activity.objects.get(verb="job.retried")
    assert (entry.actor, entry.object_id) == (manager, number)

    htmx = {"HX-Request": "true"}
    again = client.post(f"/operations/jobs/{number}/retry/", headers=htmx)  # a double click
    assert again.status_code == 409
    told = json.loads(again["HX-Trigger"])
    assert told["toast"]["kind"] == "bad"
    assert told["jobs-changed"]  # the list fetches its rows again
    plain = client.post(f"/operations/jobs/{number}/retry/")
    assert (plain.status_code, plain["Location"]) == (302, "/operations/jobs/")
    assert told["toast"]["text"] in client.get("/operations/jobs/").content.decode()
    assert Activity.objects.filter(verb="job.retried").count() == 1

    left = client.get("/operations/jobs/?shown=1", headers=htmx)
    assert left["HX-Retarget"] == "#job-table"  # no row is left: the words instead of the table


def test_a_dismissed_job_is_gone_but_not_from_the_log(client_of: ClientOf, manager: User) -> None:
    number, other = fail_job(), fail_job()
    client_of(manager).post(f"/operations/jobs/{number}/dismiss/")
    assert job(number) is None
    assert job(other) is not None
    assert "send_digest" in Activity.objects.get(verb="job.dismissed").object_label


def test_who_only_sees_operations_cannot_repair_them(client_of: ClientOf, auditor: User) -> None:
    number = fail_job()
    client = client_of(auditor)
    assert f"/jobs/{number}/retry/" not in client.get("/operations/jobs/").content.decode()
    for action in ("retry", "dismiss"):
        assert client.post(f"/operations/jobs/{number}/{action}/").status_code == 403
    assert job(number) == ("failed", 2)
    assert not Activity.objects.filter(verb__startswith="job.").exists()


def test_a_running_job_cannot_be_dismissed(client_of: ClientOf, manager: User) -> None:
    number = fail_job()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [number])
    headers = {"HX-Request": "true"}
    refused = client_of(manager).post(f"/operations/jobs/{number}/dismiss/", headers=headers)
    assert refused.status_code == 409
    assert job(number) is not None


def test_a_page_that_reads_itself_anew_is_no_sign_of_life(
    client_of: ClientOf, manager: User
) -> None:
    client = client_of(manager)
    for minutes, status in ((20, 200), (31, 302)):
        at = timezone.now() - timedelta(minutes=minutes)
        UserSession.objects.update(last_seen_at=at)
        headers = {"HX-Request": "true", "X-Unattended": "1"}
        answer = client.get("/operations/", headers=headers)
        assert answer.status_code == status
        assert not UserSession.objects.filter(last_seen_at__gt=at).exists()

    refused = client.get(answer["Location"], headers=headers)  # as the browser does by itself
    assert refused.status_code == 204
    assert refused["HX-Refresh"] == "true"  # no sign-in form within the page

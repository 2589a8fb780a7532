"""Files of imports are kept for ninety days; what the import did outlives them."""

import os
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Activity
from customers.models import Customer
from exchange.models import Batch
from exchange.tasks import forget_old_files
from tests.exchange.conftest import uploaded

CONTENT = "Name,Mobile\nنورة,0551234567\nBad,12\n".encode()


@pytest.fixture
def client(client_of, supervisor):
    return client_of(supervisor)


@pytest.fixture
def done(bring_in, supervisor):
    """A finished import of one good and one bad row."""
    return bring_in(supervisor, CONTENT)


def age(batch, days, **columns):
    """Let everything about the batch have happened so long ago."""
    then = timezone.now() - timedelta(days=days)
    times = {
        name: then
        for name in ("created_at", "started_at", "finished_at")
        if getattr(batch, name) is not None
    }
    Batch.objects.filter(pk=batch.pk).update(**times, **columns)
    forget_old_files()
    batch.refresh_from_db()


def url(batch, name):
    return reverse(f"exchange:{name}", args=[batch.pk])


def test_an_old_file_is_deleted_with_all_that_was_read_of_it(done, client, tmp_path):
    age(done, 91)
    assert list((tmp_path / "imports").iterdir()) == []
    assert not done.errors.exists()
    assert [column["samples"] for column in done.columns] == [[], []]
    assert (done.created_count, done.failed_count) == (1, 1)
    entry = Activity.objects.get(verb="import.file_forgotten")
    assert entry.reason["rule"] == "retention"
    assert (entry.actor, entry.object_id) == (None, done.pk)
    page = client.get(url(done, "batch")).content.decode()
    assert "Which rows were left out is deleted together with the file." in page
    assert url(done, "failed_rows") not in page
    assert client.get(url(done, "failed_rows")).status_code == 410


def test_its_import_can_still_be_taken_back(done, client, run_jobs):
    age(done, 91)
    client.post(url(done, "undo"))
    run_jobs()
    assert Customer.objects.count() == 0


@pytest.mark.parametrize("days", [0, 89])
def test_a_younger_file_stays(days, done, tmp_path):
    age(done, days)
    assert len(list((tmp_path / "imports").iterdir())) == 1
    assert done.errors.exists()


@pytest.mark.parametrize("status", ["checking", "importing", "undoing"])
def test_a_file_that_is_being_read_stays(status, done, tmp_path):
    age(done, 91, status=status)
    assert len(list((tmp_path / "imports").iterdir())) == 1


def test_an_upload_that_nobody_went_on_with_is_cancelled(supervisor, riyadh, client, tmp_path):
    batch = uploaded(supervisor, riyadh, CONTENT)
    age(batch, 91)
    assert (batch.status, batch.columns[0]["samples"]) == (Batch.Status.CANCELLED, [])
    assert list((tmp_path / "imports").iterdir()) == []
    assert url(batch, "back") not in client.get(url(batch, "batch")).content.decode()
    assert client.post(url(batch, "back")).status_code == 410
    assert client.post(url(batch, "preview"), {"row": "1"}).status_code == 410
    reading = {"encoding": "utf-8", "delimiter": ","}
    assert client.post(url(batch, "reading"), reading).status_code == 410


def test_a_step_of_today_keeps_an_old_upload(done, tmp_path):
    Batch.objects.filter(pk=done.pk).update(created_at=timezone.now() - timedelta(days=400))
    forget_old_files()
    assert len(list((tmp_path / "imports").iterdir())) == 1


def test_an_upload_that_never_became_an_import_is_deleted_after_a_day(done, tmp_path):
    """A crash between keeping the file and writing its row leaves nothing behind for good."""
    folder = tmp_path / "imports"
    mine = {path.name for path in folder.iterdir()}
    for name, hours in (("lost.csv", 25), ("arriving.csv", 1)):
        (folder / name).write_bytes(CONTENT)
        then = (timezone.now() - timedelta(hours=hours)).timestamp()
        os.utime(folder / name, (then, then))
    forget_old_files()
    assert {path.name for path in folder.iterdir()} == {*mine, "arriving.csv"}

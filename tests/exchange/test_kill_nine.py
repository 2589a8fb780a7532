"""kill -9 in the middle of an import: it goes on where it stopped, nothing twice, nothing lost."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from customers.models import ContactPoint, Customer
from exchange import services, tasks
from exchange.models import Batch
from tests.exchange.conftest import mapped, uploaded
from tests.site import environment

ROWS = 1_500
CONTENT = ("Name,Phone,Notes\n" + "".join(
    f"Person {n},05{n:08d},note {n}\n" for n in range(10_000_000, 10_000_000 + ROWS)
)).encode()  # fmt: skip


@pytest.fixture
def batch(transactional_db, manager, riyadh):
    batch = mapped(uploaded(manager, riyadh, CONTENT))
    services.start_check(batch, step=tasks.check_batch)
    return batch


def worker(batch: Batch, step: str) -> subprocess.Popen[bytes]:
    """The step in a process of its own, on this test's database and files."""
    files = str(Path(batch.file.path).parents[1])
    return subprocess.Popen(
        [sys.executable, "-m", "tests.exchange.worker", str(batch.pk), step],
        cwd=settings.BASE_DIR,
        env={**environment(), "IMPORT_FILES": files, "CHUNK": "50"},
        stdout=subprocess.PIPE,
    )


def killed_in_the_middle(batch: Batch, step: str, chunks: int) -> None:
    """Run the step, and kill it after some chunks."""
    process = worker(batch, step)
    assert process.stdout
    for _chunk in range(chunks):
        assert process.stdout.readline() == b".\n"
    time.sleep(0.02)
    process.kill()
    process.wait()
    batch.refresh_from_db()


def finished(batch: Batch, step: str) -> None:
    """Run the step again, to its end."""
    process = worker(batch, step)
    process.communicate(timeout=120)
    assert process.returncode == 0
    batch.refresh_from_db()


def test_killed_at_any_step_the_whole_way_comes_out_right(batch, manager):
    killed_in_the_middle(batch, "check", 6)
    assert (batch.status, Customer.objects.count()) == (Batch.Status.CHECKING, 0)
    finished(batch, "check")
    assert (batch.status, batch.created_count) == (Batch.Status.CHECKED, ROWS)
    assert batch.resumed_count == 1

    services.start_import(batch, step=tasks.import_batch, actor=manager)
    for chunks in (3, 9, 5):
        killed_in_the_middle(batch, "import", chunks)
        assert 0 < batch.rows_done < ROWS
        assert Customer.objects.count() == batch.rows_done == batch.created_count
    finished(batch, "import")
    assert (batch.status, batch.created_count) == (Batch.Status.DONE, ROWS)
    assert batch.resumed_count == 3
    assert Customer.objects.count() == ContactPoint.objects.count() == ROWS
    assert Customer.objects.values("phone").distinct().count() == ROWS
    assert batch.changes.count() == ROWS

    services.start_undo(batch, step=tasks.undo_batch, actor=manager)
    killed_in_the_middle(batch, "undo", 7)
    assert 0 < Customer.objects.count() < ROWS
    finished(batch, "undo")
    assert (batch.status, Customer.objects.count()) == (Batch.Status.UNDONE, 0)

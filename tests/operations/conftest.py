"""A calm installation: workers beat, disks have room, nothing waits."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from operations import tasks
from operations.figures import storage
from operations.models import Alert, Minute


@pytest.fixture
def worker(db: None) -> int:
    """A worker that beats."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES RETURNING id")
        return int(cursor.fetchone()[0])


@pytest.fixture
def disks(monkeypatch: pytest.MonkeyPatch) -> list[storage.Disk]:
    """The disks of the installation; a test may change them. The machine's own do not count."""
    found = [storage.Disk(("state", "media"), total=100 << 30, free=60 << 30)]
    monkeypatch.setattr(storage, "disks", lambda _folder="": found)
    return found


@pytest.fixture
def calm(worker: int, disks: Any, manager: Any) -> None:
    """Nothing is wrong, the log was verified, and one person watches."""
    tasks.verify_whole_log.func()


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Let the sweep of a worker come round `turns` times, and return the open alerts' codes."""
    real = timezone.now
    passed = timedelta()

    def turn(turns: int = 2, *, every: float = 15) -> list[str]:
        nonlocal passed
        for _turn in range(turns):
            tasks.watch()
            passed += timedelta(seconds=every)
            monkeypatch.setattr(timezone, "now", lambda: real() + passed)
        return sorted(Alert.objects.open().values_list("code", flat=True))

    return turn


def make_minutes(name: str, *, until: datetime, minutes: int, **values: Any) -> None:
    """Give each of the last minutes before `until` the same figures."""
    end = until.replace(second=0, microsecond=0)
    Minute.objects.bulk_create(
        Minute(name=name, minute=end - timedelta(minutes=back), **values)
        for back in range(1, minutes + 1)
    )

"""What the rows and the activity log say of backups and their tests."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.db import Error, transaction
from django.utils import timezone

from accounts.services import Reason, record
from crm_project.kit.locks import only_one
from operations.models import Backup

from .backup_folder import remove_drafts
from .backup_pipes import BackupFailed
from .restore_check import Report

LOCK = "operations.backup"
REASON = Reason(rule="backup")
ENDED = "It was ended before it was through."
SHOWN_DIFFERENCES = 100


@contextmanager
def alone() -> Iterator[None]:
    """Hold the lock of backups and tests; settle what a killed run left. Errors: BackupFailed."""
    with only_one(LOCK) as is_mine:
        if not is_mine:
            raise BackupFailed("Another backup or restore test is running.")
        remove_drafts()
        for left in Backup.objects.filter(state=Backup.State.RUNNING):
            _failed(left, ENDED)
        yield


@contextmanager
def failing(backup: Backup) -> Iterator[None]:
    """Let the row say what went wrong when the block fails."""
    try:
        yield
    except BaseException as error:
        text = _reason(error)
        with suppress(Error):  # the database may be what failed: then the next run settles it
            backup.refresh_from_db()
            if backup.state == Backup.State.RUNNING:
                _failed(backup, text)
        raise


def _reason(error: BaseException) -> str:
    if isinstance(error, (SystemExit, KeyboardInterrupt)):
        return ENDED
    is_plain = isinstance(error, BackupFailed)
    return str(error) if is_plain else f"{type(error).__name__}: {error}".strip(" :")


def _failed(backup: Backup, text: str) -> None:
    verb = "backup.failed" if backup.kind == Backup.Kind.BACKUP else "backup.test_failed"
    _ended(backup, Backup.State.FAILED, verb, text)


@transaction.atomic
def _ended(backup: Backup, state: str, verb: str, text: str = "") -> None:
    backup.state, backup.ended_at, backup.error = state, timezone.now(), text[:2000]
    backup.save()
    record(None, verb, backup, changes={"backup": [None, backup.name]}, reason=REASON)


def done(backup: Backup, *, size: int, manifest: dict[str, Any]) -> None:
    """The backup is whole. The row keeps the manifest but for the names of the files."""
    backup.size = size
    backup.manifest = {**manifest, "media": {"files": len(manifest["media"])}, "structure": {}}
    _ended(backup, Backup.State.DONE, "backup.made")


def tested(test: Backup, report: Report) -> None:
    """The restore was tried, with or without differences."""
    found = [str(difference) for difference in report.differences]
    test.manifest = {
        "counts": dict(report.counts),
        "differences": found[:SHOWN_DIFFERENCES],
        "is_bad": bool(found),
    }
    if found:
        _ended(test, Backup.State.FAILED, "backup.test_failed", "\n".join(found[:5]))
    else:
        _ended(test, Backup.State.DONE, "backup.tested")


def bad_names() -> set[str]:
    """Return the names of backups whose newest test found that they can't be restored."""
    tests = Backup.objects.filter(kind=Backup.Kind.RESTORE_TEST).exclude(state="running")
    newest = {test.name: test.manifest for test in tests.order_by("started_at", "pk")}
    return {name for name, manifest in newest.items() if manifest.get("is_bad")}

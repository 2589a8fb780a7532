"""Testing that a backup can be restored, and restoring it."""

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from accounts.services import Reason, record
from crm_project.kit.locks import only_one
from operations.models import Backup

from . import backup_folder, backup_log
from .backup import DATABASE, MEDIA
from .backup_facts import Difference
from .backup_gpg import PrivateKey, opened_file
from .backup_manifest import check_files, read_manifest
from .backup_media import media_differences, media_hashes, restore_media
from .backup_pipes import BackupFailed, together
from .backup_server import connect, scratch_database
from .restore_check import Report, check_restored
from .restore_streams import INTO_EMPTY, REPLACING, load_dump


class BackupDamaged(BackupFailed):
    """The backup itself is at fault: it can't be restored, here or anywhere."""


@dataclass(frozen=True)
class Whole:
    """A backup whose files are as they were when it was made."""

    folder: Path
    manifest: Mapping[str, Any]

    def file(self, name: str) -> Path:
        """Return the path of one of its two files, encrypted or not."""
        found = next((file for file in self.manifest["files"] if file.startswith(name)), name)
        return self.folder / found


def whole(name: str) -> Whole:
    """Return a backup ("latest": the newest) after checking its manifest, sizes and hashes.

    Errors: BackupFailed for an unknown name, BackupDamaged naming the file that is.
    """
    folder = backup_folder.folder_of(name)
    try:
        manifest = read_manifest(folder)
        together("Checking the files", partial(check_files, folder, manifest))
    except BackupFailed as error:
        raise BackupDamaged(str(error)) from error
    return Whole(folder, manifest)


def verify_backup(name: str, key: PrivateKey) -> tuple[Backup, Report]:
    """Restore a backup into a scratch database and compare everything with its manifest.

    Nothing of the product's own database is touched but the row and the log entry about the test.
    Errors: BackupFailed (the row says why).
    """
    with backup_log.alone():
        folder = backup_folder.folder_of(name)
        test = Backup.objects.create(kind=Backup.Kind.RESTORE_TEST, name=folder.name)
        with backup_log.failing(test):
            try:
                backup = whole(folder.name)
            except BackupDamaged:
                test.manifest = {"is_bad": True}
                test.save(update_fields=["manifest"])
                raise
            test.is_encrypted = bool(backup.manifest["encrypted_for"])
            report = _try(backup, key)
            backup_log.tested(test, report)
    return test, report


def _try(backup: Whole, key: PrivateKey) -> Report:
    with scratch_database() as scratch:
        dump, archive = backup.file(DATABASE), backup.file(MEDIA)
        together("Restoring", partial(load_dump, dump, key, *INTO_EMPTY, name=scratch))
        (media,) = together("Reading the files", partial(_read, archive, key, media_hashes))
        (report,) = together("Comparing", partial(check_restored, scratch, backup.manifest, media))
        return report  # type: ignore[no-any-return]


def _read(path: Path, key: PrivateKey, work: Callable[[Any], dict[str, str]]) -> dict[str, str]:
    with opened_file(path, key) as source:
        return work(source)


def restore_backup(name: str, key: PrivateKey) -> list[Difference]:
    """Replace the product's database and uploaded files by those of a backup.

    The database is replaced at once or not at all; it may be an empty one. Returns the files that
    are not as they were. Errors: BackupFailed, also while anybody else is connected.
    """
    backup = whole(name)
    with only_one(backup_log.LOCK) as is_mine:
        if not is_mine:
            raise BackupFailed("A backup or restore test is running.")
        _refuse_company()
        together("Database", partial(load_dump, backup.file(DATABASE), key, *REPLACING))
        (found,) = together("Files", partial(_read, backup.file(MEDIA), key, restore_media))
        with transaction.atomic():
            made = [None, backup.folder.name]
            record(None, "backup.restored", changes={"backup": made}, reason=Reason(rule="restore"))
    return media_differences(backup.manifest["media"], found)


def _refuse_company() -> None:
    """Replacing a table waits for everybody who reads it, and they would find it empty."""
    own = connection.connection.info.backend_pid
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid NOT IN (pg_backend_pid(), %s)"
    )
    with closing(connect()) as opened:
        (others,) = opened.execute(query, [own]).fetchone() or (0,)
    if others:
        raise BackupFailed(
            f"{others} others are connected to the database: stop web, ws and workers first."
        )

"""Making a backup: database and files in one run, from one snapshot, with a manifest."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.models import ActivitySeal
from operations.models import Backup

from . import backup_folder, backup_log
from .backup_facts import facts_of, sequences_of
from .backup_gpg import PublicKeys, public_keys, sealed_file
from .backup_manifest import read_manifest, write_manifest
from .backup_media import write_media
from .backup_pipes import BackupFailed, Tee, end_programs, pour, program, together
from .backup_rotation import Made, outdated
from .backup_server import client, connect, scratch_database
from .restore_check import Report, check_restored
from .restore_streams import dump_tap, media_tap

DATABASE, MEDIA = "database.psql.bin", "media.tar.gz"
NO_KEY = (
    "BACKUP_GPG_KEY is not set: it names a file with the public key that backups are encrypted"
    " for (docs/operations.md, Backup and restore). To go without: --plain"
)
CUT = "The activity log lacks entry {number}, which the backup {name} holds: see verify_activity."


@dataclass(kw_only=True)
class Outcome:
    """What a run did; `report` where the restore was tried, `problems` keep it from being good."""

    backup: Backup
    report: Report | None = None
    removed: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class _Trial:
    """The restore that goes on beside the backup."""

    scratch: str
    media: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def make_backup(*, is_plain: bool = False, is_tested: bool = False) -> Outcome:
    """Back the database and the uploaded files up; forget backups that have had their time.

    `is_tested` restores the dump into a scratch database while it is made, before it is encrypted:
    the private key need not be here. A backup whose test fails is kept, and is never the one that
    others make room for. Errors: BackupFailed (the row says why), also when another one runs.
    """
    keys = keys_for(is_plain=is_plain)
    with backup_log.alone():
        started = timezone.now()
        name = backup_folder.new_name(started)
        backup = Backup.objects.create(
            kind=Backup.Kind.BACKUP, name=name, is_encrypted=bool(keys), started_at=started
        )
        with backup_log.failing(backup), ExitStack() as stack:
            problems = _cut_log()
            trial = _trial(stack) if is_tested else None
            folder, manifest = _write(name, keys, trial)
            backup_log.done(backup, size=backup_folder.size_of(folder), manifest=manifest)
            outcome = Outcome(backup=backup, problems=problems)
            if trial:
                outcome.report = _tested(backup, manifest, trial)
        outcome.removed = _rotate()
        return outcome


def keys_for(*, is_plain: bool) -> PublicKeys:
    """Return the keys to encrypt for, none where that is wanted or allowed. Errors: BackupFailed."""
    keys = PublicKeys() if is_plain else public_keys()
    if not (keys or is_plain or settings.BACKUP_MAY_BE_PLAIN):
        raise BackupFailed(NO_KEY)
    return keys


def _trial(stack: ExitStack) -> _Trial:
    """Have a scratch database. Without one there is a backup still, and a test that failed."""
    try:
        return _Trial(scratch=stack.enter_context(scratch_database()))
    except BackupFailed as error:
        return _Trial(scratch="", problems=[str(error)])


def _write(name: str, keys: PublicKeys, trial: _Trial | None) -> tuple[Path, dict[str, Any]]:
    draft = backup_folder.begin(name)
    try:
        manifest = {
            "name": name,
            "made_at": timezone.now().isoformat(),
            "database": str(connection.settings_dict["NAME"]),
            "encrypted_for": list(keys.fingerprints),
            **_write_database(draft, keys, trial),
        }
        (manifest["media"],) = together("Files", partial(_write_media, draft, keys, trial))
        write_manifest(draft, manifest)
        return backup_folder.finish(draft), read_manifest(draft.with_name(name))
    except BaseException:
        backup_folder.remove_drafts()
        raise


def _write_database(draft: Path, keys: PublicKeys, trial: _Trial | None) -> dict[str, Any]:
    with _snapshot() as (opened, snapshot):

        def stop() -> None:
            end_programs()
            opened.cancel_safe()

        facts, _nothing = together(
            "Database",
            partial(facts_of, opened),
            partial(_dump, _path(draft, DATABASE, keys), keys, snapshot, trial),
            stop=stop,
        )
        # Sequences belong to no snapshot: the dump holds a value between these two
        low, high = facts["sequences"], sequences_of(opened)
        version = opened.info.server_version
    spans = {name: [low.get(name, value), value] for name, value in high.items()}
    return {**facts, "sequences": spans, "postgresql": version}


@contextmanager
def _snapshot() -> Iterator[tuple[psycopg.Connection[Any], str]]:
    """What one moment saw, for this connection and, by the snapshot's name, for others."""
    with connect() as opened:
        opened.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = opened.execute("SELECT pg_export_snapshot()").fetchone()
        assert row
        yield opened, str(row[0])


def _dump(path: Path, keys: PublicKeys, snapshot: str, trial: _Trial | None) -> None:
    command, env = client("DUMP_CMD", "--format=custom", f"--snapshot={snapshot}")
    with (
        sealed_file(path, keys) as out,
        program(command, stdout=subprocess.PIPE, env=env) as dump,
        ExitStack() as stack,
    ):
        assert dump.stdout
        takers: list[Any] = [out]
        if trial and trial.scratch:
            takers.append(stack.enter_context(dump_tap(trial.scratch, trial.problems)))
        pour(dump.stdout, Tee(*takers))


def _write_media(draft: Path, keys: PublicKeys, trial: _Trial | None) -> dict[str, str]:
    with sealed_file(_path(draft, MEDIA, keys), keys) as out, ExitStack() as stack:
        takers: list[Any] = [out]
        if trial:
            takers.append(stack.enter_context(media_tap(trial.media, trial.problems)))
        return write_media(Tee(*takers))


def _path(draft: Path, name: str, keys: PublicKeys) -> Path:
    return draft / (f"{name}.gpg" if keys else name)


def _tested(backup: Backup, manifest: dict[str, Any], trial: _Trial) -> Report:
    """Compare what was restored beside the backup; the result has a row of its own."""
    test = Backup.objects.create(
        kind=Backup.Kind.RESTORE_TEST, name=backup.name, is_encrypted=backup.is_encrypted
    )
    with backup_log.failing(test):
        if trial.problems:
            raise BackupFailed("; ".join(trial.problems))
        (report,) = together(
            "Comparing", partial(check_restored, trial.scratch, manifest, trial.media)
        )
        backup_log.tested(test, report)
        return report


def _cut_log() -> list[str]:
    """The log must still hold the head that the newest backup knows (SECURITY.md AD-3)."""
    names = backup_folder.complete()
    if not names:
        return []
    try:
        known = read_manifest(backup_folder.root() / names[-1])
    except BackupFailed:
        return []  # its own check names that
    head = known["activity"]
    seal = ActivitySeal.objects.filter(number=head["number"]).first()
    is_there = not head["number"] or (seal and bytes(seal.hash).hex() == head["hash"])
    if is_there or known["database"] != str(connection.settings_dict["NAME"]):
        return []
    return [CUT.format(number=head["number"], name=names[-1])]


def _rotate() -> list[str]:
    bad = backup_log.bad_names()
    lying = [(name, backup_folder.made_at(name)) for name in backup_folder.complete()]
    removed = outdated(Made(name, at, name not in bad) for name, at in lying if at)
    for name in removed:
        backup_folder.remove(name)
    return removed

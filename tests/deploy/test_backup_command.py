"""`backup`, `verify_backup`, `restore_backup`: encrypted, proven, restorable (SECURITY.md BK-1 to BK-4)."""

import json
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Activity, User
from operations.models import Backup
from operations.services import backup_manifest
from tests.factories import make_customer

from .databases import ROOT, empty_database, environment, facts_of, manage, parameters
from .gpg import Pair, needs_gpg, new_pair

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, needs_gpg]
SECRET = "عميل سري"
# What making a backup itself writes down
OWN_TRACES = ("operations_backup", "accounts_activity", "accounts_activityseal")
OWN_TRACES += ("accounts_activityhead",)


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with new_pair() as made:
        yield made


@pytest.fixture
def filled(riyadh: Any, sales: User, client_of: Any, settings: Any, tmp_path: Path) -> str:
    """The test database with customers, a log, two uploaded files, and a folder for backups."""
    for number in range(5):
        make_customer(riyadh, sales, name=f"{SECRET} {number}")
    client_of(sales).get("/users/new/")  # refused, and so in the log
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "media" / "customers").mkdir(parents=True)
    (tmp_path / "media" / "customers" / "plan").write_bytes(b"%PDF-1.7 \xd9\x85")
    (tmp_path / "media" / "logo.png").write_bytes(b"")
    settings.STORAGES = {
        **settings.STORAGES,
        "dbbackup": {**settings.STORAGES["dbbackup"], "OPTIONS": {"location": folder(tmp_path)}},
    }
    return str(connection.settings_dict["NAME"])


@pytest.fixture
def encrypted(filled: str, settings: Any, pair: Pair) -> str:
    settings.BACKUP_GPG_KEY = [str(pair.public)]
    return filled


def folder(state: Path) -> Path:
    return state / "backups"


def run(*words: str) -> tuple[int, str]:
    """A command of ours in this process: its exit code and what it said."""
    out = StringIO()
    try:
        call_command(*words, stdout=out, stderr=out)
    except CommandError as error:
        return 1, f"{out.getvalue()}{error}"
    except SystemExit as error:
        return int(error.code or 0), out.getvalue()
    return 0, out.getvalue()


def private(pair: Pair) -> tuple[str, ...]:
    return ("--homedir", str(pair.homedir), "--passphrase-file", str(pair.passphrase_file))


def only(state: Path) -> Path:
    """The one backup in the folder."""
    (found,) = folder(state).iterdir()
    return found


def scratch_databases(source: str) -> list[Any]:
    """What tests of this database's backups have made and not dropped."""
    left = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
    prefix = f"madar_restore_{zlib.crc32(source.encode()):08x}"
    with psycopg.connect(**parameters("postgres"), autocommit=True) as server:
        return server.execute(left, [prefix]).fetchall()


def without_traces(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts but for what a backup or restore writes down about itself."""
    rows = {name: held for name, held in facts["rows"].items() if name not in OWN_TRACES}
    sequences = [
        (name, value) for name, value in facts["sequences"] if not name.startswith(OWN_TRACES)
    ]
    return {**facts, "rows": rows, "sequences": sequences}


def test_a_backup_is_encrypted_proven_and_comes_back_in_an_empty_database(
    encrypted: str, tmp_path: Path, pair: Pair
) -> None:
    before = facts_of(encrypted)
    code, said = run("backup", "--verify")
    assert (code, "differ" in said) == (0, False), said

    made = only(tmp_path)
    files = {path.name for path in made.iterdir()}
    assert files == {"database.psql.bin.gpg", "media.tar.gz.gpg", "manifest.json"}
    for path in made.iterdir():
        assert path.stat().st_mode & 0o077 == 0
        assert not any(word in path.read_bytes() for word in (b"PGDMP", SECRET.encode()))
    manifest = json.loads((made / "manifest.json").read_text())
    assert manifest["tables"]["public.customers_customer"][0] == 5
    assert set(manifest["media"]) == {"customers/plan", "logo.png"}

    backup, test = Backup.objects.order_by("kind")
    assert (backup.state, backup.is_encrypted, backup.name) == ("done", True, made.name)
    assert backup.size == sum(path.stat().st_size for path in made.iterdir())
    assert (test.kind, test.state, test.name) == ("restore_test", "done", made.name)
    assert set(Activity.objects.values_list("verb", flat=True)) >= {"backup.made", "backup.tested"}

    code, said = run("verify_backup", *private(pair))
    assert (code, "differ" in said) == (0, False), said
    assert without_traces(facts_of(encrypted)) == without_traces(before)  # its source is as it was
    assert scratch_databases(encrypted) == []

    (tmp_path / "media" / "customers" / "plan").write_bytes(b"overwritten")
    (tmp_path / "media" / "logo.png").unlink()
    with empty_database(f"{encrypted}_again") as again:
        words = ("restore_backup", made.name, "--noinput", *private(pair))
        done = manage(*words, database=again, state=tmp_path)
        assert done.returncode == 0, done.stderr
        assert without_traces(facts_of(again)) == without_traces(before)
        assert manage("verify_activity", database=again, state=tmp_path).returncode == 0
        with psycopg.connect(**parameters(again)) as opened:
            last = opened.execute("SELECT verb FROM accounts_activity ORDER BY id DESC LIMIT 1")
            assert last.fetchone() == ("backup.restored",)
    assert (tmp_path / "media" / "customers" / "plan").read_bytes() == b"%PDF-1.7 \xd9\x85"
    assert (tmp_path / "media" / "logo.png").read_bytes() == b""


def flip(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    path.write_bytes(raw)


DAMAGES: dict[str, tuple[str, Callable[[Path], Any]]] = {
    "database.psql.bin": ("database.psql.bin is damaged", flip),
    "media.tar.gz": ("cut off", lambda path: path.write_bytes(path.read_bytes()[:-9])),
    "manifest.json": ("was changed", lambda p: p.write_text(p.read_text().replace("plan", "plot"))),
}


def test_a_damaged_backup_is_refused_by_name_and_a_wrong_content_is_told_in_detail(
    filled: str, tmp_path: Path
) -> None:
    code, said = run("backup", "--plain")
    assert code == 0, said
    made = only(tmp_path)
    assert Backup.objects.get().is_encrypted is False
    for name, (words, damage) in DAMAGES.items():
        whole = (made / name).read_bytes()
        damage(made / name)
        before = facts_of(filled)
        for command in (("verify_backup",), ("restore_backup", "--noinput")):
            code, said = run(*command)
            assert (code, words in said, made.name in said) == (1, True, True), said
        assert (
            facts_of(filled)["rows"]["customers_customer"] == before["rows"]["customers_customer"]
        )
        (made / name).write_bytes(whole)
    assert Backup.objects.filter(kind="restore_test", state="failed").count() == len(DAMAGES)

    plant_differences(made)
    code, said = run("verify_backup")
    assert code == 1
    for planted in ("public.leads_lead: 7 rows", "public.customers_customer: 5 rows, sum 1 in"):
        assert planted in said
    for kind in ("tables", "sequences", "constraints", "triggers", "migrations", "chain", "media"):
        assert f"✗ {kind}" in said
    for kind in ("columns", "indexes", "functions", "views", "extensions"):
        assert f"✓ {kind}" in said
    test = Backup.objects.filter(kind="restore_test").latest("pk")
    assert test.state == "failed"
    assert len(test.manifest["differences"]) == 9


def plant_differences(made: Path) -> None:
    """Sign a manifest that says of each kind what isn't so."""
    content = json.loads((made / "manifest.json").read_text())
    content["tables"]["public.leads_lead"] = [7, "0"]
    content["tables"]["public.customers_customer"][1] = "1"
    content["sequences"]["public.leads_lead_id_seq"] = [10**6, 10**6]
    content["structure"]["constraints"]["public.leads_lead.never_was"] = "x"
    content["structure"]["triggers"].popitem()
    content["migrations"].append("leads.9999_never")
    content["activity"]["hash"] = "0" * 64
    content["media"]["customers/plan"] = "0" * 64
    (made / "manifest.json").unlink()
    del content["files"], content["signature"]
    backup_manifest.write_manifest(made, content)


@contextmanager
def held_table() -> Iterator[psycopg.Connection[Any]]:
    """Keep pg_dump waiting: it wants to read a table that somebody holds until the rollback."""
    with psycopg.connect(**parameters(str(connection.settings_dict["NAME"]))) as holder:
        holder.execute("LOCK TABLE leads_lead IN ACCESS EXCLUSIVE MODE")
        yield holder


WAITS = (
    "SELECT count(*) FROM pg_stat_activity, pg_sleep(0.05)"
    " WHERE application_name = 'pg_dump' AND wait_event_type = 'Lock'"
)


@contextmanager
def waiting_backup(database: str, state: Path, *words: str) -> Iterator["subprocess.Popen[str]"]:
    """A backup in another process that has taken its snapshot and waits."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "backup", "--plain", *words],
        env=environment(database, state),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        with psycopg.connect(**parameters("postgres"), autocommit=True) as server:
            while server.execute(WAITS).fetchone() == (0,):
                assert process.poll() is None, process.communicate()[0]
        yield process
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def test_what_is_written_meanwhile_changes_nothing_and_a_second_run_is_refused(
    filled: str, riyadh: Any, sales: User, tmp_path: Path
) -> None:
    with held_table() as holder, waiting_backup(filled, tmp_path, "--verify") as process:
        make_customer(riyadh, sales, name="Late")
        assert not list(folder(tmp_path).glob("madar-*"))  # nothing looks whole yet
        for command in ("backup --plain", "verify_backup"):
            code, said = run(*command.split())
            assert (code, "Another backup or restore test is running." in said) == (1, True)
        holder.rollback()
        said, _nothing = process.communicate(timeout=300)
    assert (process.returncode, "differ" in said) == (0, False), said
    manifest = json.loads((only(tmp_path) / "manifest.json").read_text())
    assert manifest["tables"]["public.customers_customer"][0] == 5  # as the snapshot saw it


def test_an_ended_run_clears_up_and_a_killed_one_is_settled_by_the_next(
    filled: str, tmp_path: Path
) -> None:
    with held_table(), waiting_backup(filled, tmp_path) as process:
        process.terminate()
        assert process.wait(timeout=60)
    ended = Backup.objects.get()
    assert (ended.state, "ended before" in ended.error) == ("failed", True)
    assert not list(folder(tmp_path).iterdir())

    with held_table(), waiting_backup(filled, tmp_path) as process:
        process.kill()
        process.wait()
    assert Backup.objects.latest("pk").state == "running"
    assert not list(folder(tmp_path).glob("madar-*"))

    code, said = run("backup", "--plain")
    assert code == 0, said
    _ended, killed, done = Backup.objects.order_by("pk")
    assert (killed.state, "ended before" in killed.error) == ("failed", True)
    assert only(tmp_path).name == done.name  # the draft is gone


def test_without_a_key_production_refuses_and_a_failure_leaves_a_row_that_says_why(
    filled: str, settings: Any, tmp_path: Path
) -> None:
    settings.BACKUP_MAY_BE_PLAIN = False
    code, said = run("backup")
    assert (code, "BACKUP_GPG_KEY is not set" in said, "--plain" in said) == (1, True, True)
    broken = tmp_path / "broken.asc"
    broken.write_text("no key")
    for file, words in ((broken, "isn't one public key"), (tmp_path / "none", "isn't there")):
        settings.BACKUP_GPG_KEY = [str(file)]
        code, said = run("backup")
        assert (code, words in said) == (1, True), said
    assert not Backup.objects.exists()
    assert not folder(tmp_path).exists()

    settings.BACKUP_GPG_KEY, settings.BACKUP_MAY_BE_PLAIN = [], True
    held = settings.DBBACKUP_CONNECTORS["default"]
    settings.DBBACKUP_CONNECTORS = {"default": {**held, "DUMP_CMD": "pg_dump_that_is_not_there"}}
    code, said = run("backup")
    assert (code, "is not encrypted" in said, "can't be run" in said) == (1, True, True), said
    failed = Backup.objects.get()
    assert (failed.state, "can't be run" in failed.error) == ("failed", True)
    assert Activity.objects.filter(verb="backup.failed").exists()
    assert not list(folder(tmp_path).iterdir())


def test_old_backups_go_and_a_log_that_lost_its_end_is_told(filled: str, tmp_path: Path) -> None:
    for day in range(1, 21):
        old = folder(tmp_path) / f"madar-2026-01-{day:02}-023000"
        old.mkdir(parents=True)
        (old / "manifest.json").write_text("{}")
    code, said = run("backup", "--plain")
    # With this one seven days, and one of a fourth week
    assert (code, said.count("Removed")) == (0, 20 - 6 - 1), said

    with connection.cursor() as cursor:
        cursor.execute(
            "BEGIN; SET LOCAL session_replication_role = replica;"
            "DELETE FROM accounts_activityseal; COMMIT"
        )
    code, said = run("backup", "--plain")
    assert (code, "The activity log lacks entry" in said) == (1, True), said
    assert Backup.objects.filter(state="done").count() == 2  # a backup was made all the same

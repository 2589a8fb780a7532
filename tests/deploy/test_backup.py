"""A backup comes back whole: rows, sequences, constraints, triggers, files (SECURITY.md BK-2, BK-3)."""

import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from accounts.models import Activity, User
from customers.models import Customer
from tests.factories import make_customer

ROOT = Path(__file__).resolve().parents[2]
ROLE = "madar_restorer"  # another name than the one that made the backup

FACTS = {
    "constraints": "SELECT conrelid::regclass::text, conname, contype::text, convalidated"
    " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
    "indexes": "SELECT tablename, indexname FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT tgrelid::regclass::text, tgname, tgfoid::regprocedure::text, tgtype,"
    " tgenabled::text, tgdeferrable, tginitdeferred FROM pg_trigger WHERE NOT tgisinternal",
    "functions": "SELECT oid::regprocedure::text, md5(prosrc)"
    " FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "sequences": "SELECT sequencename, last_value FROM pg_sequences",
    "views": "SELECT viewname, md5(definition) FROM pg_views WHERE schemaname = 'public'",
    "extensions": "SELECT extname, extversion FROM pg_extension",
}
TABLES = "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
ROWS = "SELECT count(*), md5(string_agg(md5(one::text), '' ORDER BY md5(one::text))) FROM {} AS one"

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def parameters(name: str) -> dict[str, Any]:
    """How psycopg reaches a database of the test server."""
    given = connection.get_connection_params()
    known = ("host", "port", "user", "password")
    return {**{key: given[key] for key in known if given.get(key)}, "dbname": name}


def facts_of(name: str) -> dict[str, Any]:
    """Everything that a restored database must have again."""
    with psycopg.connect(**parameters(name), autocommit=True) as opened:
        facts = {key: sorted(opened.execute(sql).fetchall()) for key, sql in FACTS.items()}
        tables = [row[0] for row in opened.execute(TABLES)]
        facts["rows"] = {
            table: opened.execute(ROWS.format(table)).fetchone()  # type: ignore[arg-type]
            for table in tables
        }
    return facts


@contextmanager
def empty_database(name: str) -> Iterator[str]:
    """A database of the other role, where nobody else's."""
    with psycopg.connect(**parameters("postgres"), autocommit=True) as server:
        made = server.execute("SELECT FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone()
        if made is None:
            server.execute(f"CREATE ROLE {ROLE}")
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name} OWNER {ROLE}")
        try:
            yield name
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def manage(*words: str, database: str, state: Path) -> "subprocess.CompletedProcess[str]":
    """Run a command as the operator does, on one database; what it makes is the other role's."""
    held = connection.settings_dict
    place = f"{held['USER']}:{held['PASSWORD']}@".removeprefix(":").replace(":@", "@")
    host, port = str(held["HOST"]), f":{held['PORT']}" if held["PORT"] else ""
    url = f"postgres://{place}{'/' if host.startswith('/') else ''}{host}{port}/{database}"
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        env={
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "crm_project.settings.development",
            "MADAR_STATE": str(state),
            "MADAR_ENV_FILE": os.devnull,
            "PGOPTIONS": f"-c role={ROLE}" if words[0] == "dbrestore" else "",
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def newest(state: Path, ending: str) -> Path:
    return max((state / "backups").glob(f"*{ending}"))


@pytest.fixture
def filled(riyadh: Any, sales: User, client_of: Any) -> str:
    """The test database with people, customers and a log of what they did."""
    for number in range(5):
        make_customer(riyadh, sales, name=f"عميل {number}")
    client_of(sales).get("/users/new/")  # refused, and so in the log
    assert Activity.objects.exists()
    assert Customer.objects.count() == 5
    return str(connection.settings_dict["NAME"])


def test_a_backup_comes_back_whole_in_an_empty_database_of_another_role(
    filled: str, tmp_path: Path
) -> None:
    (tmp_path / "media" / "a").mkdir(parents=True)
    (tmp_path / "media" / "a" / "plan.pdf").write_bytes(b"%PDF-1.7 \xd9\x85")
    for command in ("dbbackup", "mediabackup"):
        done = manage(command, "--compress", "--noinput", database=filled, state=tmp_path)
        assert done.returncode == 0, done.stderr
    for made in (tmp_path / "backups").iterdir():
        assert made.stat().st_mode & 0o077 == 0  # its owner's alone
    before = facts_of(filled)
    assert before["rows"]["customers_customer"][0] == 5

    with empty_database(f"{filled}_again") as again:
        done = manage("dbrestore", "--uncompress", "--noinput", database=again, state=tmp_path)
        assert done.returncode == 0, done.stderr
        after = facts_of(again)
        for kind, facts in before.items():
            assert after[kind] == facts, kind
        assert manage("migrate", "--check", database=again, state=tmp_path).returncode == 0
        log = manage("verify_activity", database=again, state=tmp_path)
        assert log.returncode == 0, log.stdout

    (tmp_path / "media" / "a" / "plan.pdf").unlink()
    done = manage("mediarestore", "--uncompress", "--noinput", database=filled, state=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "media" / "a" / "plan.pdf").read_bytes() == b"%PDF-1.7 \xd9\x85"


def cut_off(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-2000])


def flip_a_byte(file: Path) -> None:
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    file.write_bytes(raw)


def cut_off_inside(file: Path) -> None:
    """Whole to look at, but the dump in it ends early."""
    dump = gzip.decompress(file.read_bytes())
    file.write_bytes(gzip.compress(dump[: len(dump) // 4]))


def test_a_damaged_backup_is_refused_and_changes_nothing(filled: str, tmp_path: Path) -> None:
    assert manage("dbbackup", "--compress", database=filled, state=tmp_path).returncode == 0
    backup = newest(tmp_path, ".gz")
    whole = backup.read_bytes()
    with empty_database(f"{filled}_damaged") as again:
        done = manage("dbrestore", "--uncompress", "--noinput", database=again, state=tmp_path)
        assert done.returncode == 0, done.stderr
        before = facts_of(again)
        for damage in (cut_off, flip_a_byte, cut_off_inside):
            backup.write_bytes(whole)
            damage(backup)
            done = manage("dbrestore", "--uncompress", "--noinput", database=again, state=tmp_path)
            assert done.returncode != 0, damage.__name__
            assert facts_of(again) == before, damage.__name__

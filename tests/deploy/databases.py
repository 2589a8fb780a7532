"""Databases to restore into, and what must be in them again, seen without the product's own eyes."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

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


def manage(
    *words: str, database: str, state: Path, more: Mapping[str, str] = {}
) -> "subprocess.CompletedProcess[str]":
    """Run a command as the operator does, on one database."""
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        env=environment(database, state, is_restore="restore" in words[0], more=more),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def environment(
    database: str, state: Path, *, is_restore: bool = False, more: Mapping[str, str] = {}
) -> dict[str, str]:
    """What a command of the operator finds, on one database; what it makes is the other role's."""
    held = connection.settings_dict
    place = f"{held['USER']}:{held['PASSWORD']}@".removeprefix(":").replace(":@", "@")
    host, port = str(held["HOST"]), f":{held['PORT']}" if held["PORT"] else ""
    url = f"postgres://{place}{'/' if host.startswith('/') else ''}{host}{port}/{database}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "crm_project.settings.development",
        "MADAR_STATE": str(state),
        "MADAR_ENV_FILE": os.devnull,
        "PGOPTIONS": f"-c role={ROLE}" if is_restore else "",
        **more,
    }

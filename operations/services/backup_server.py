"""The PostgreSQL server behind a backup: connections without a time limit, a database to try in."""

import secrets
import shlex
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any, TypeVar, cast

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from psycopg import conninfo, sql
from psycopg.pq import Conninfo

from .backup_pipes import BackupFailed

Result = TypeVar("Result")
KEYWORDS = frozenset(option.keyword.decode() for option in Conninfo.get_defaults())
NO_LIMITS = "-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0"
# How values are written as text, whatever the database or the role prefers
SPELLING = (
    "SET search_path = ''; SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD';"
    " SET IntervalStyle = 'postgres'; SET extra_float_digits = 1; SET bytea_output = 'hex'"
)


def connect(name: str = "") -> psycopg.Connection[Any]:
    """Connect to a database of the server (default: the product's own), in autocommit."""
    opened = psycopg.connect(**cast(Any, _parameters(name)), autocommit=True)
    opened.execute(SPELLING)
    return opened


def _parameters(name: str) -> dict[str, Any]:
    given = connection.get_connection_params()
    known = {key: value for key, value in given.items() if key in KEYWORDS and value is not None}
    options = f"{known.get('options', '')} {NO_LIMITS}".strip()  # of two the later one counts
    return {**known, "options": options, **({"dbname": name} if name else {})}


def client(setting: str, *words: str, name: str = "") -> tuple[list[str], dict[str, str]]:
    """Return a command line of pg_dump (DUMP_CMD) or pg_restore (RESTORE_CMD), and its environment.

    The password goes by the environment: command lines are seen by all.
    """
    parameters = _parameters(name)
    secret = parameters.pop("password", None)
    text = conninfo.make_conninfo(**parameters)
    command = [*shlex.split(settings.DBBACKUP_CONNECTORS["default"][setting]), *words]
    return [*command, f"--dbname={text}"], {"PGPASSWORD": str(secret)} if secret else {}


@contextmanager
def scratch_database() -> Iterator[str]:
    """Make an empty database for a block, under a name of chance, and drop it again.

    What an earlier, killed test left behind is dropped first; the caller holds the lock that
    keeps a second test away. Errors: BackupFailed when the role may not create databases.
    """
    source = str(connection.settings_dict["NAME"])
    prefix = f"madar_restore_{zlib.crc32(source.encode()):08x}_"
    name = prefix + secrets.token_hex(6)
    with connect() as server:
        known = "SELECT datname FROM pg_catalog.pg_database WHERE starts_with(datname, %s)"
        for (left,) in server.execute(known, [prefix]).fetchall():
            _drop(server, left)
        create = sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            server.execute(create.format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege as error:
            role = server.info.user
            raise BackupFailed(
                f"{role} may not create a database to restore into: ALTER ROLE {role} CREATEDB"
            ) from error
    try:
        yield name
    finally:
        with connect() as server:
            _drop(server, name)


def _drop(server: psycopg.Connection[Any], name: str) -> None:
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    server.execute(drop.format(sql.Identifier(name)))


def on_database(name: str, work: Callable[[], Result]) -> Result:
    """Do some work whose default connection is another database of the server.

    It runs in a thread of its own: connections belong to threads, so the caller's stays as it is.
    """
    outcome: dict[str, Any] = {}

    def within() -> None:
        other: Any = connections.create_connection(DEFAULT_DB_ALIAS)
        options = {**other.settings_dict["OPTIONS"], "options": _parameters(name)["options"]}
        other.settings_dict = {**other.settings_dict, "NAME": name, "OPTIONS": options}
        connections[DEFAULT_DB_ALIAS] = other
        try:
            outcome["result"] = work()
        except BaseException as error:
            outcome["error"] = error
        finally:
            other.close()

    thread = Thread(target=within, name="other-database")
    thread.start()
    thread.join()
    if "error" in outcome:
        raise outcome["error"]
    return cast(Result, outcome["result"])

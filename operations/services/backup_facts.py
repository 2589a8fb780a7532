"""What a database holds, in figures that its restored twin must have again."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

MIGRATIONS = "SELECT app || '.' || name FROM public.django_migrations ORDER BY 1"
SEQUENCES = "SELECT schemaname || '.' || sequencename, coalesce(last_value, 0) FROM pg_sequences"
HEAD = "SELECT number, encode(hash, 'hex') FROM public.accounts_activityhead WHERE id = 1"
# The sum of half an MD5 of each row: the order does not matter, a row that is there twice does
ROWS = """
SELECT count(*), coalesce(sum(('x' || left(md5(madar_row::text), 16))::bit(64)::bigint), 0)::text
FROM ONLY {} AS madar_row
"""
# The catalog of this database's own things: not the system's, not those that an extension brings
OWN = """
JOIN pg_namespace space ON space.oid = one.relnamespace
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = tableoid_of AND objid = one.oid AND deptype = 'e')
"""
TABLES = "SELECT nspname, relname FROM pg_class one OWN AND relkind = 'r' ORDER BY 1, 2"
STRUCTURE = {
    "columns": """
        SELECT attrelid::regclass || '.' || attname, concat_ws(' ', attnotnull, attidentity,
            attgenerated, format_type(atttypid, atttypmod), pg_get_expr(adbin, adrelid))
        FROM pg_class one JOIN pg_attribute ON attrelid = one.oid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        OWN AND attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p', 'v', 'm')
    """,
    "constraints": """
        SELECT coalesce(conrelid::regclass::text, '') || '.' || conname,
            concat_ws(' ', contype, convalidated, pg_get_constraintdef(one.oid))
        FROM pg_constraint one OWN
    """,
    "indexes": """
        SELECT one.oid::regclass::text, pg_get_indexdef(one.oid)
        FROM pg_class one OWN AND relkind IN ('i', 'I')
    """,
    "triggers": """
        SELECT tgrelid::regclass || '.' || tgname, concat(tgenabled, pg_get_triggerdef(pg_trigger.oid))
        FROM pg_class one JOIN pg_trigger ON tgrelid = one.oid OWN AND NOT tgisinternal
    """,
    "functions": """
        SELECT one.oid::regprocedure::text, concat(provolatile, prosecdef, prosrc)
        FROM pg_proc one OWN
    """,
    "views": """
        SELECT one.oid::regclass::text, concat(relkind, pg_get_viewdef(one.oid))
        FROM pg_class one OWN AND relkind IN ('v', 'm')
    """,
    "extensions": "SELECT extname, extversion FROM pg_extension",
}
# PostgreSQL writes the casts of an expression elsewhere once it has read it back from a dump
CASTS = re.compile(r"::(character varying|text|bpchar)(\(\d+\))?(\[\])?|[()\s]")


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing that is not as it was: of which kind, what, as it should be, as it is."""

    kind: str
    what: str
    wanted: str
    found: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}: {self.wanted} in the backup, {self.found} restored"


def facts_of(opened: psycopg.Connection[Any]) -> dict[str, Any]:
    """Return the facts of a database as its connection sees it (one snapshot: the caller's).

    A million rows take a second or two; nothing but sums leaves the server.
    """
    return {
        "tables": dict(_tables(opened)),
        "sequences": sequences_of(opened),
        "structure": {kind: _shapes(opened, query) for kind, query in STRUCTURE.items()},
        "migrations": [name for (name,) in opened.execute(MIGRATIONS)],
        "activity": _head(opened),
    }


def _tables(opened: psycopg.Connection[Any]) -> Iterator[tuple[str, list[Any]]]:
    for schema, name in opened.execute(_own(TABLES)).fetchall():
        query = sql.SQL(ROWS).format(sql.Identifier(schema, name))
        yield f"{schema}.{name}", list(opened.execute(query).fetchone() or ())


def sequences_of(opened: psycopg.Connection[Any]) -> dict[str, int]:
    """Return the last value of each sequence; 0 for one that gave none. No snapshot holds them."""
    return dict(opened.execute(SEQUENCES).fetchall())


def _shapes(opened: psycopg.Connection[Any], query: str) -> dict[str, str]:
    return {name: _shape(text) for name, text in opened.execute(_own(query))}


def _shape(definition: str) -> str:
    """Return what a definition is known by; casts don't count."""
    return hashlib.sha256(CASTS.sub("", definition).encode()).hexdigest()[:16]


def _own(query: str) -> Any:
    """Fill in OWN for the catalog that the query reads."""
    found = re.search(r"FROM (pg_class|pg_constraint|pg_proc) one", query)
    catalog = found[1] if found else "pg_class"
    space = {"pg_class": "relnamespace", "pg_constraint": "connamespace", "pg_proc": "pronamespace"}
    own = OWN.replace("relnamespace", space[catalog])
    own = own.replace("tableoid_of", f"'pg_catalog.{catalog}'::regclass")
    return query.replace("OWN", own)


def _head(opened: psycopg.Connection[Any]) -> dict[str, Any]:
    number, digest = opened.execute(HEAD).fetchone() or (0, "")  # type: ignore[arg-type]
    return {"number": number, "hash": digest}


def differences(wanted: dict[str, Any], found: dict[str, Any]) -> list[Difference]:
    """Compare the facts of a backup with those of the database it was restored into."""
    return [
        *_rows(wanted["tables"], found["tables"]),
        *_sequences(wanted["sequences"], found["sequences"]),
        *(
            difference
            for kind, shapes in wanted["structure"].items()
            for difference in _shaped(kind, shapes, found["structure"].get(kind, {}))
        ),
        *_shaped("migrations", *(dict.fromkeys(f["migrations"], "") for f in (wanted, found))),
        *_shaped("activity", wanted["activity"], found["activity"]),
    ]


def _rows(wanted: dict[str, Any], found: dict[str, Any]) -> Iterator[Difference]:
    for name in sorted({*wanted, *found}):
        should, has = wanted.get(name), found.get(name)
        if should != has:
            wanted_text, found_text = _counted(should), _counted(has)
            yield Difference(kind="tables", what=name, wanted=wanted_text, found=found_text)


def _counted(facts: Any) -> str:
    return f"{facts[0]} rows, sum {facts[1]}" if facts else "no such table"


def _sequences(wanted: dict[str, Any], found: dict[str, Any]) -> Iterator[Difference]:
    """What is between the values before and after the dump is right: the product went on."""
    for name in sorted({*wanted, *found}):
        low, high = wanted.get(name, (None, None))
        has = found.get(name)
        if low is None or has is None or not low <= has <= high:
            span = f"{low}" if low == high else f"{low} to {high}"
            yield Difference(kind="sequences", what=name, wanted=span, found=str(has))


def _shaped(kind: str, wanted: dict[str, Any], found: dict[str, Any]) -> Iterator[Difference]:
    for name in sorted({*wanted, *found}):
        if name not in found:
            yield Difference(kind=kind, what=name, wanted="there", found="missing")
        elif name not in wanted:
            yield Difference(kind=kind, what=name, wanted="not there", found="there")
        elif wanted[name] != found[name]:
            should, has = str(wanted[name])[:80], str(found[name])[:80]
            yield Difference(kind=kind, what=name, wanted=should, found=has)

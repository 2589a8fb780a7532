"""Indexes for ranges of the company's own numbers and dates.

The general index on `Customer.custom` serves equality only; without these, a range that few of a
million customers match reads all of them (0.5 s instead of 5 ms).
"""

from django.db import connection
from psycopg import sql

from customers.custom_filters import AS_NUMBER, LOOKS_LIKE_A_NUMBER
from customers.models import Customer, CustomField

_WRITTEN = "(custom ->> {code})"
EXPRESSIONS = {
    CustomField.Kind.NUMBER: AS_NUMBER.replace("{written}", _WRITTEN),
    CustomField.Kind.DATE: f'({_WRITTEN} COLLATE "C")',
}


def index_field(field: CustomField) -> None:
    """Make the index that a field needs and drop the others of it. Safe to run twice.

    Outside of a transaction customers stay writable meanwhile. An index that a killed run left
    half-made is made anew.
    """
    for kind in EXPRESSIONS:
        is_wanted = field.kind == kind and field.is_active and field.is_filterable
        name = index_name(field, kind)
        known = _is_valid(name)
        if known is False or (known and not is_wanted):
            _execute("DROP INDEX {at_once} {name}", name)
        if is_wanted and not known:
            expression = sql.SQL(EXPRESSIONS[kind]).format(
                code=sql.Literal(field.code), pattern=sql.Literal(LOOKS_LIKE_A_NUMBER)
            )
            _execute("CREATE INDEX {at_once} {name} ON {table} ({expression})", name, expression)
            _execute("ANALYZE {table}", name)


def index_name(field: CustomField, kind: str) -> str:
    """Return the name of a field's index for a kind: another kind is another index."""
    return f"customer_custom_{field.pk}_{kind}"


def _execute(statement: str, name: str, expression: sql.Composable | None = None) -> None:
    at_once = sql.SQL("" if connection.in_atomic_block else "CONCURRENTLY")
    composed = sql.SQL(statement).format(
        at_once=at_once,
        name=sql.Identifier(name),
        table=sql.Identifier(Customer._meta.db_table),
        expression=expression or sql.SQL(""),
    )
    with connection.cursor() as cursor:
        cursor.execute(composed)


def _is_valid(name: str) -> bool | None:
    """True for a finished index, False for a half-made one, None for none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [f'"{name}"']
        )
        row = cursor.fetchone()
    return bool(row[0]) if row else None

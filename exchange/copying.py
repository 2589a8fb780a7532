"""Many rows at once, by COPY: ten times as fast as INSERT, with constant memory."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Func, Value


def copy_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Write rows into a model's table, in the caller's transaction; columns not named need a
    default in the database or to allow NULL."""
    quote = connection.ops.quote_name
    known = {field.name: field.attname for field in model._meta.concrete_fields}
    names = ", ".join(quote(known[name]) for name in columns)
    command = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row(row)


def draw_ids(model: type[models.Model], count: int) -> list[int]:
    """Take the next primary keys of a model, for rows that others of the same chunk point to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]


def listed(ids: Iterable[int]) -> Any:
    """Return ids for `…__in` as one array: a thousand parameters cost more than a thousand rows."""
    return _array(list(ids), models.BigIntegerField())


def listed_texts(texts: Iterable[str]) -> Any:
    """Return texts for `…__in` as one array."""
    return _array(list(texts), models.TextField())


def _array(values: list[Any], field: Any) -> Func:
    return Func(
        Value(values, output_field=ArrayField(field)),
        function="unnest",
        template="(SELECT %(function)s(%(expressions)s))",
        output_field=field,
    )

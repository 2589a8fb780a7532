"""Rows of several tables by one written-out statement, as instances of their models.

For the few reads that every request or every step of an order begins with: the ORM takes several
times as long to build the same statement, and more than the database to answer it.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Model


class Part:
    """What is read of one table, under its alias in the statement."""

    def __init__(self, model: type[Model], alias: str, wanted: Callable[[str], bool]) -> None:
        """`wanted` chooses the columns by name; the others are read when somebody asks for them."""
        self.model, self.alias = model, alias
        self.fields = [field for field in model._meta.concrete_fields if wanted(field.attname)]
        self.names = [field.attname for field in self.fields]  # in from_db()'s order

    @property
    def columns(self) -> str:
        """The columns of a SELECT."""
        return ", ".join(f"{self.alias}.{field.column}" for field in self.fields)

    @cached_property
    def _converted(self) -> list[tuple[int, Any]]:
        """Which values are not what the driver gives: JSON, encrypted text."""
        return [
            (at, convert)
            for at, field in enumerate(self.fields)
            for convert in field.get_db_converters(connection)
        ]

    def instance(self, values: Sequence[Any]) -> Any:
        """The row as a model; None where an outer join found nothing."""
        if values[0] is None:
            return None
        found = list(values)
        for at, convert in self._converted:
            found[at] = convert(found[at], None, connection)
        return self.model.from_db(connection.alias, self.names, found)


def columns_of(parts: Sequence[Part]) -> str:
    """What to SELECT, in the order that `instances()` takes it."""
    return ", ".join(part.columns for part in parts)


def instances(parts: Sequence[Part], row: Sequence[Any]) -> list[Any]:
    """The instances of one row, part by part."""
    found, at = [], 0
    for part in parts:
        found.append(part.instance(row[at : at + len(part.fields)]))
        at += len(part.fields)
    return found

"""The list as a file: exactly its rows and columns, streamed, harmless in a spreadsheet."""

import csv
import json
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import QuerySet

from .columns import Column, reads
from .masking import EMAIL, PHONE, shown_email, shown_phone
from .models import Customer

CHUNK = 2_000  # rows read at a time
BOM = "\ufeff"  # lets spreadsheets read Arabic
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_FIXED = ("code", "name", "company")


class _Echo:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        return text


def harmless(value: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula (SECURITY.md IN-6).

    Leading blanks, controls, zero-width characters and full-width forms hide nothing.

    >>> harmless("＝1+1"), harmless("0551")
    ("'＝1+1", '0551')
    """
    bare = value.lstrip()
    while (
        bare
        and unicodedata.category(bare[0]) in {"Cc", "Cf", "Zs", "Mn"}
        and bare[0] not in _FORMULA
    ):
        bare = bare[1:].lstrip()
    first = unicodedata.normalize("NFKC", bare[:1])
    is_formula = first.startswith(_FORMULA) or value.startswith(_FORMULA)
    return f"'{value}" if is_formula else value


def export_lines(
    rows: QuerySet[Customer], columns: Sequence[Column], user: Any, kind: str
) -> Iterator[str]:
    """Yield the file piece by piece: "csv" with a head of names, or "json", a list of objects."""
    found = reads(rows, columns).iterator(chunk_size=CHUNK)
    names = [*_FIXED, *(column.key for column in columns)]
    values = (_values(row, columns, user) for row in found)
    return _csv(names, values) if kind == "csv" else _json(names, values)


def _csv(names: list[str], values: Iterator[list[str]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield BOM + writer.writerow(names)  # type: ignore[operator]
    for row in values:
        yield writer.writerow([harmless(value) for value in row])  # type: ignore[misc]


def _json(names: list[str], values: Iterator[list[str]]) -> Iterator[str]:
    yield "["
    for number, row in enumerate(values):
        line = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False)
        yield f"{',' if number else ''}\n{line}"
    yield "\n]\n"


def _values(row: Any, columns: Sequence[Column], user: Any) -> list[str]:
    return [row.code, row.name, row.company, *(_value(row, column, user) for column in columns)]


def _value(row: Any, column: Column, user: Any) -> str:
    if column.key == "phone":
        return shown_phone(row.phone, user.sees_field(PHONE), is_formatted=False)
    if column.key == "email":
        return shown_email(row.email, user.sees_field(EMAIL))
    if column.key == "tags":
        return ", ".join(row.tag_names)
    if column.key in ("last_contact", "created"):
        moment = row.last_contact_at if column.key == "last_contact" else row.created_at
        return moment.isoformat(timespec="seconds")
    names = [name for name in column.reads if not name.endswith("colour")]
    return next((str(value) for name in names if (value := getattr(row, name))), "")

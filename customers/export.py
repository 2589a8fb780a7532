"""The list as rows of a file: exactly its rows and columns, as the person may see them."""

from collections.abc import Callable, Iterator, Sequence
from types import SimpleNamespace
from typing import Any

from django.db.models import QuerySet

from exchange.exporting import BOM
from exchange.harmless import harmless

from .columns import Column, reads
from .masking import EMAIL, PHONE, VISIBLE, shown_email, shown_phone
from .models import Customer

__all__ = ["BOM", "export_rows", "harmless", "head_of"]
CHUNK = 5_000  # rows read at a time
_FIXED = ("code", "name", "company")
Cell = Callable[[Sequence[Any]], Any]  # values of the query → what the file says


def head_of(columns: Sequence[Column]) -> list[str]:
    """Return the names of the file's columns, which are also the keys of its JSON."""
    return [*_FIXED, *(column.key for column in columns)]


def export_rows(
    rows: QuerySet[Customer], columns: Sequence[Column], user: Any
) -> Iterator[list[Any]]:
    """Yield a row of plain values for every customer; what a cell reads is settled once."""
    wanted = [name for column in columns for name in (*column.reads, *_MOMENTS.get(column.key, ()))]
    names = list(dict.fromkeys([*_FIXED, *wanted]))
    places = {name: place for place, name in enumerate(names)}
    cells = [_plain(places[name]) for name in _FIXED]
    cells += [_cell(column, places, user) for column in columns]
    found: Any = reads(rows, columns).values_list(*names)
    for row in found.iterator(chunk_size=CHUNK):
        yield [cell(row) for cell in cells]


_MOMENTS = {"last_contact": ("last_contact_at",), "created": ("created_at",)}


def _cell(column: Column, places: dict[str, int], user: Any) -> Cell:
    if column.text:
        return _own(column.text, column.reads, places)
    if column.key in ("phone", "email"):
        return _contact(column.key, places[column.key], user)
    if column.key == "tags":
        place = places["tag_names"]
        return lambda row: ", ".join(row[place])
    if column.key in _MOMENTS:
        place = places[_MOMENTS[column.key][0]]
        return lambda row: row[place].isoformat(timespec="seconds")
    known = [places[name] for name in column.reads if not name.endswith("colour")]
    if len(known) == 1:
        return _plain(known[0])
    return lambda row: next((row[place] for place in known if row[place]), "")


def _plain(place: int) -> Cell:
    return lambda row: row[place] or ""


def _own(text: Callable[[Any], str], names: Sequence[str], places: dict[str, int]) -> Cell:
    """A field that the company added: its column reads a row by name."""
    wanted = [(name, places[name]) for name in names]
    return lambda row: text(SimpleNamespace(**{name: row[place] for name, place in wanted}))


def _contact(key: str, place: int, user: Any) -> Cell:
    mode = user.sees_field(PHONE if key == "phone" else EMAIL)
    if mode == VISIBLE:
        return _plain(place)
    if key == "phone":
        return lambda row: shown_phone(row[place], mode, is_formatted=False)
    return lambda row: shown_email(row[place], mode)

"""What kind of file it is and how it is read; every guess can be overridden."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from exchange.errors import UnreadableFile

from . import delimited, spreadsheet, vcard
from .encodings import ENCODINGS, guess_encoding

FORMATS = ("csv", "xlsx", "vcard")
MOST_COLUMNS = 300
SAMPLE_ROWS = 30
SAMPLE_VALUES = 3
OLE = b"\xd0\xcf\x11\xe0"  # the old .xls
OTHER_KINDS = (  # how pictures, papers and archives begin
    *(b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"%PDF", b"RIFF", b"\x7fELF", b"\x1f\x8b", b"Rar!"),
    *(b"7z\xbc\xaf", b"<!DOCTYPE", b"<html", b"{\\rtf"),
)
_ODD = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")  # what tables don't hold, and pictures do
_KNOWN = {*ENCODINGS, "utf-8-sig", "utf-16-le", "utf-16-be"}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a file is read. `columns` are its headings, or "Column 1"… where it has none."""

    format: str
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    has_header: bool = True
    columns: tuple[str, ...] = ()
    samples: tuple[tuple[str, ...], ...] = field(default=())  # of each column

    def stored(self) -> dict[str, Any]:
        """Return it as plain values, without what the file itself tells again."""
        plain = asdict(self)
        return {name: plain[name] for name in plain if name not in ("columns", "samples")}

    @classmethod
    def from_stored(cls, stored: dict[str, Any]) -> "Reading":
        """Return a reading from what stored() gave."""
        known = {one.name for one in fields(cls)}
        values = {name: value for name, value in stored.items() if name in known}
        return cls(**{**values, "sheets": tuple(values.get("sheets", ()))})


def sniff(path: Path, name: str, *, chosen: dict[str, Any] | None = None) -> Reading:
    """Look at a file and say how to read it. `chosen` holds what a person decided otherwise.

    Errors: UnreadableFile for an empty file, a picture, a broken workbook, more than 300 columns.
    """
    chosen = {key: value for key, value in (chosen or {}).items() if value not in (None, "")}
    reading = _guess(path, name, chosen)
    rows = _some_rows(path, reading)
    if not rows:
        raise UnreadableFile
    if max(map(len, rows)) > MOST_COLUMNS:
        raise UnreadableFile
    if reading.format != "vcard":
        has_header = chosen.get("has_header", looks_like_header(rows))
        reading = replace(reading, has_header=bool(has_header))
    return _with_columns(reading, rows)


def open_rows(path: Path, reading: Reading) -> Iterator[list[str]]:
    """Yield the rows after the heading, each with one text per column; reads as it goes."""
    rows = _raw_rows(path, reading)
    if reading.has_header:
        next(rows, None)
    return rows


def looks_like_header(rows: list[list[str]]) -> bool:
    """Return True when the first row names columns: short distinct words, no numbers or mails."""
    first = [cell.strip() for cell in rows[0]]
    named = [cell for cell in first if cell]
    if not named or len(set(named)) < len(named):
        return False
    if any("@" in cell or sum(map(str.isdigit, cell)) > 4 for cell in named):
        return False
    if len(rows) == 1:
        return True
    return len(named) >= max(1, len(first) // 2) or len(rows[1]) == len(first)


def _guess(path: Path, name: str, chosen: dict[str, Any]) -> Reading:
    with path.open("rb") as file:
        start = file.read(256 * 1024)
    if not start.strip(b"\x00\r\n\t ,;") or start.startswith(OTHER_KINDS):
        raise UnreadableFile
    if start.startswith((spreadsheet.ZIP, OLE)):
        sheets = spreadsheet.sheet_names(path)
        sheet = chosen.get("sheet") or sheets[0]
        if sheet not in sheets:
            raise UnreadableFile
        return Reading(format="xlsx", sheet=sheet, sheets=tuple(sheets))
    encoding = str(chosen.get("encoding") or guess_encoding(start))
    if encoding not in _KNOWN:
        raise UnreadableFile
    text = start.decode(encoding, "replace")
    if "BEGIN:VCARD" in text[:4000].upper() or name.lower().endswith((".vcf", ".vcard")):
        return Reading(format="vcard", encoding=encoding)
    if len(_ODD.findall(text)) > max(3, len(text) // 20):
        raise UnreadableFile
    delimiter = str(chosen.get("delimiter") or delimited.guess_delimiter(text))
    if delimiter not in delimited.DELIMITERS:
        raise UnreadableFile
    return Reading(format="csv", encoding=encoding, delimiter=delimiter)


def _raw_rows(path: Path, reading: Reading) -> Iterator[list[str]]:
    if reading.format == "xlsx":
        return spreadsheet.rows(path, reading.sheet)
    if reading.format == "vcard":
        return vcard.rows(path, reading.encoding)
    return delimited.rows(path, reading.encoding, reading.delimiter)


def _some_rows(path: Path, reading: Reading) -> list[list[str]]:
    found = []
    for row in _raw_rows(path, reading):
        found.append(row)
        if len(found) > SAMPLE_ROWS:
            break
    return found


def _with_columns(reading: Reading, rows: list[list[str]]) -> Reading:
    width = max(map(len, rows))
    names = [cell.strip()[:120] for cell in rows[0]] if reading.has_header else []
    names += [""] * (width - len(names))
    columns = tuple(name or f"#{number}" for number, name in enumerate(names, 1))
    body = rows[1:] if reading.has_header else rows
    samples = tuple(
        tuple(
            dict.fromkeys(
                row[place].strip()[:60] for row in body if place < len(row) and row[place].strip()
            )
        )[:SAMPLE_VALUES]
        for place in range(width)
    )
    return replace(reading, columns=columns, samples=samples)

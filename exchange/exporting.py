"""Rows as a file, streamed with flat memory: CSV, XLSX, JSON, JSON lines. No cell is a formula.

    stream_export(rows, ["Number", "Name"], format="csv", file_name="customers-2026-03-01")

`rows` is any iterable of rows of plain values (text, numbers, dates, booleans, None); give it a
generator over `queryset.iterator()`. Masking and permissions are the caller's.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any

from django.http import StreamingHttpResponse
from django.utils.translation import get_language

from .harmless import harmless

BOM = "\ufeff"  # lets spreadsheet programs read Arabic
FORMATS = ("csv", "xlsx", "json", "jsonl")
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json; charset=utf-8",
    "jsonl": "application/x-ndjson; charset=utf-8",
}
PIECE = 64 * 1024  # bytes or characters sent at a time
MOST_SHEET_ROWS = 1_048_575  # below the heading; the rest goes to further sheets
LONGEST_SHEET_CELL = 32_767  # characters, Excel's limit
Cell = Any


def stream_export(
    rows: Iterable[Sequence[Cell]],
    columns: Sequence[str],
    *,
    format: str,
    file_name: str,
    has_bom: bool = True,
) -> StreamingHttpResponse:
    """Return the file as an answer that is made while it is sent. Raises KeyError for a format.

    `file_name` comes without its ending. `columns` head a table and name the values in JSON.
    """
    pieces = export_pieces(rows, columns, format=format, has_bom=has_bom)
    response = StreamingHttpResponse(pieces, content_type=TYPES[format])
    response["Content-Disposition"] = f'attachment; filename="{file_name}.{format}"'
    return response


def export_pieces(
    rows: Iterable[Sequence[Cell]], columns: Sequence[str], *, format: str, has_bom: bool = True
) -> Iterator[bytes]:
    """Yield the file in pieces of about 64 KB."""
    if format == "xlsx":
        return _workbook(rows, columns)
    if format == "csv":
        return _csv(rows, columns, BOM if has_bom else "")
    return _json(rows, columns, is_array=format == "json")


class _Piece:
    """A file that hands over what was written."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self.size = 0

    def write(self, text: str) -> None:
        self._parts.append(text)
        self.size += len(text)

    def take(self) -> bytes:
        text = "".join(self._parts)
        self._parts, self.size = [], 0
        return text.encode("utf-8", "replace")


def _csv(rows: Iterable[Sequence[Cell]], columns: Sequence[str], bom: str) -> Iterator[bytes]:
    piece = _Piece()
    piece.write(bom)
    writer = csv.writer(piece)
    writer.writerow([_guarded(name) for name in columns])
    for row in rows:
        writer.writerow([_guarded(cell) for cell in row])
        if piece.size >= PIECE:
            yield piece.take()
    yield piece.take()


def _guarded(cell: Cell) -> Cell:
    """A cell of CSV; numbers need no guard."""
    if type(cell) is str:
        return cell if cell.isalnum() else harmless(cell)
    return _plain(cell)


def _plain(cell: Cell) -> Cell:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return cell
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return harmless(str(cell))


def _json(
    rows: Iterable[Sequence[Cell]], columns: Sequence[str], *, is_array: bool
) -> Iterator[bytes]:
    piece = _Piece()
    piece.write("[" if is_array else "")
    between = "\n" if is_array else ""
    for row in rows:
        line = json.dumps(
            dict(zip(columns, row, strict=True)), ensure_ascii=False, default=_json_value
        )
        piece.write(f"{between}{line}" if is_array else f"{line}\n")
        between = ",\n"
        if piece.size >= PIECE:
            yield piece.take()
    piece.write("\n]\n" if is_array else "")
    yield piece.take()


def _json_value(value: Any) -> Any:
    """Decimals as text, so that no digit is lost; days and moments as ISO 8601."""
    return _plain(value) if isinstance(value, Decimal | date | time) else str(value)


def _workbook(rows: Iterable[Sequence[Cell]], columns: Sequence[str]) -> Iterator[bytes]:
    """Write to a file without a name, row by row, then send it."""
    with TemporaryFile() as file:
        _write_workbook(file, rows, columns)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _write_workbook(
    file: IO[bytes], rows: Iterable[Sequence[Cell]], columns: Sequence[str]
) -> None:
    from xlsxwriter import Workbook

    book = Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    is_arabic = (get_language() or "").startswith("ar")
    bold = book.add_format({"bold": True})
    sheet, line = None, 0
    for row in rows:
        if sheet is None or line > MOST_SHEET_ROWS:
            sheet, line = _sheet(book, columns, bold, is_arabic), 1
        for place, cell in enumerate(row):
            _write_cell(sheet, line, place, cell)
        line += 1
    if sheet is None:
        _sheet(book, columns, bold, is_arabic)
    book.close()


def _sheet(book: Any, columns: Sequence[str], bold: Any, is_arabic: bool) -> Any:
    sheet = book.add_worksheet()
    if is_arabic:
        sheet.right_to_left()
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(columns):
        sheet.write_string(0, place, harmless(name), bold)
    return sheet


def _write_cell(sheet: Any, line: int, place: int, cell: Cell) -> None:
    if cell is None or cell == "":
        return
    is_number = isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)
    if is_number and abs(cell) < 1e15:
        sheet.write_number(line, place, float(cell))
        return
    text = str(_guarded(cell)).encode("utf-8", "replace").decode()
    sheet.write_string(line, place, text[:LONGEST_SHEET_CELL])

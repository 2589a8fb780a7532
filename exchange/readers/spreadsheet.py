"""Excel workbooks, new and old. Formulas are read as their last values, never computed."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from exchange.errors import UnreadableFile

from .packed import refuse_bomb

ZIP = b"PK\x03\x04"


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets. Errors: UnreadableFile, also for one that unpacks too far."""
    with path.open("rb") as file:
        is_zip = file.read(4) == ZIP
    if is_zip:
        refuse_bomb(path)
    names = _open(path).sheet_names
    if not names:
        raise UnreadableFile
    return list(names)


def rows(path: Path, sheet: str) -> Iterator[list[str]]:
    """Yield the rows of a sheet that hold anything, as text."""
    try:
        found = _open(path).get_sheet_by_name(sheet).iter_rows()
    except CalamineError as error:
        raise UnreadableFile from error
    for row in found:
        cells = [as_text(cell) for cell in row]
        if any(cells):
            yield cells


def as_text(cell: Any) -> str:
    """Return what a cell shows: whole numbers without ".0", dates as YYYY-MM-DD."""
    if isinstance(cell, str):
        return cell.replace("\x00", "").strip()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell) if isinstance(cell, int | float | timedelta) else ""


def _open(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except (CalamineError, OSError, ValueError) as error:
        raise UnreadableFile from error

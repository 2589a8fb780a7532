"""Rows as CSV, or as a workbook with one sheet; both harmless in a spreadsheet program.

The workbook is the smallest that ECMA-376 (Office Open XML, part 1, 18.2 and 18.3) allows: texts
inline, numbers as numbers, the first row frozen.
"""

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from tempfile import TemporaryFile
from typing import IO, Any
from xml.sax.saxutils import escape

from customers.export import BOM, harmless

Cell = str | Decimal | int
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        "</Types>"
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>"
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>"
    ),
}


class _Echo:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        return text


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Yield a CSV file line by line, in UTF-8 with the mark that lets spreadsheets read Arabic."""
    writer: Any = csv.writer(_Echo())
    yield (BOM + writer.writerow(head)).encode()
    for row in rows:
        yield writer.writerow(
            [harmless(cell) if isinstance(cell, str) else cell for cell in row]
        ).encode("utf-8", "replace")


def workbook(
    head: Sequence[str], rows: Iterable[Sequence[Cell]], *, is_right_to_left: bool
) -> IO[bytes]:
    """Return an XLSX file, written to disk row by row and opened at its beginning."""
    file = TemporaryFile()  # noqa: SIM115 — the caller sends it, and closing removes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in _PARTS.items():
            package.writestr(name, _HEAD + text)
        with package.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write((_HEAD + _opening(is_right_to_left)).encode())
            sheet.write(_row(head))
            for row in rows:
                sheet.write(_row(row))
            sheet.write(b"</sheetData></worksheet>")
    file.seek(0)
    return file


def _opening(is_right_to_left: bool) -> str:
    direction = ' rightToLeft="1"' if is_right_to_left else ""
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView{direction} workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        "</sheetView></sheetViews><sheetData>"
    )


def _row(cells: Sequence[Cell]) -> bytes:
    return f"<row>{''.join(map(_cell, cells))}</row>".encode()


def _cell(value: Cell) -> str:
    if isinstance(value, Decimal | int):
        return (
            f"<c><v>{value:f}</v></c>" if isinstance(value, Decimal) else f"<c><v>{value}</v></c>"
        )
    text = escape(_NOT_XML.sub("", value))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'

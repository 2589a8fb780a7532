"""Workbooks that lie about their size: a ZIP of kilobytes that unpacks to gigabytes."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from exchange.errors import UnreadableFile

MOST_BYTES = 400 * 1024 * 1024  # unpacked, all parts together
MOST_CELLS = 15_000_000  # of a sheet's rectangle; the reader keeps all of it in memory
PIECE = 1024 * 1024
_WIDE = re.compile(rb"""\sr\s*=\s*["']\s*([A-Z]{2,7})\d""")
_DEEP = re.compile(rb"""\sr\s*=\s*["']\s*[A-Z]{0,7}0*(\d{5,12})""")  # also beyond Excel's last row
_LOCAL_HEADER = 30  # bytes before name and extra field, APPNOTE.TXT 4.3.7


def refuse_bomb(path: Path) -> None:
    """Unpack a workbook without keeping it, believing no header. Raises UnreadableFile."""
    left = MOST_BYTES
    try:
        with zipfile.ZipFile(path) as package, path.open("rb") as file:
            for entry in package.infolist():
                is_sheet = "worksheets/" in entry.filename
                width = depth = 1
                for piece in _pieces(file, entry):
                    left -= len(piece)
                    if left < 0:
                        raise UnreadableFile
                    if is_sheet:
                        width = max(width, *map(_number, set(_WIDE.findall(piece))), 26)
                        depth = max(depth, *map(int, _DEEP.findall(piece)), 10_000)
                if width * depth > MOST_CELLS:
                    raise UnreadableFile
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError) as error:
        raise UnreadableFile from error


def _pieces(file: IO[bytes], entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield what an entry really unpacks to, whatever size it claims."""
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_HEADER)
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnreadableFile
    unpack = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    left = entry.compress_size
    while left > 0 and (packed := file.read(min(left, PIECE // 16))):
        left -= len(packed)
        if unpack is None:
            yield packed
        while unpack and packed and not unpack.eof:
            yield unpack.decompress(packed, PIECE)
            packed = unpack.unconsumed_tail


def _number(letters: bytes) -> int:
    """The number of a column from its letters: "AA" is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number

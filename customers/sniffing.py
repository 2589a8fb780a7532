"""What an uploaded file is, told by its content; its name and what the browser says count nothing.

Kept: PDF, pictures, office documents, plain text and CSV, ZIP archives (SECURITY.md IN-5). Markup
(HTML, SVG, XML) and programs are not: a browser could run them.
"""

import re
import zipfile
from typing import IO

from .errors import BadFile

MOST_BYTES = 20 * 1024 * 1024
_HEAD = 4096  # bytes that tell the kind
_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_HEIF = {b"heic", b"heix", b"mif1", b"msf1", b"hevc"}
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OOXML = (
    ("word/", f"{_OFFICE}.wordprocessingml.document"),
    ("xl/", f"{_OFFICE}.spreadsheetml.sheet"),
    ("ppt/", f"{_OFFICE}.presentationml.presentation"),
)
_OPEN_DOCUMENT = {
    f"application/vnd.oasis.opendocument.{kind}" for kind in ("text", "spreadsheet", "presentation")
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word, Excel and PowerPoint before 2007
_MARKUP = re.compile(
    r"\s*<(?:[!?]|[a-z][\w:-]*[\s/>])|<(?:script|html|svg|iframe|object|embed|body|head)\b", re.I
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
INLINE = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp"})
EXTENSIONS = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/heif": (".heic", ".heif"),
    "application/zip": (".zip",),
    "text/plain": (".txt", ".csv", ".tsv", ".md", ".log", ".vcf"),
    "text/csv": (".csv",),
    "application/msword": (".doc", ".xls", ".ppt", ".msg"),
    _OOXML[0][1]: (".docx",),
    _OOXML[1][1]: (".xlsx",),
    _OOXML[2][1]: (".pptx",),
    "application/vnd.oasis.opendocument.text": (".odt",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    "application/vnd.oasis.opendocument.presentation": (".odp",),
}


def content_type_of(file: IO[bytes], *, size: int) -> str:
    """Return the MIME type of a file of `size` bytes. Errors: BadFile with a sentence.

    The file is read from its start and left there.
    """
    from django.utils.translation import gettext as _

    if size == 0:
        raise BadFile(_("The file is empty."), field="file")
    if size > MOST_BYTES:
        raise BadFile(_("A file has at most 20 MB."), field="file")
    file.seek(0)
    head = file.read(_HEAD)
    found = _by_magic(head) or _zipped(file, head) or _text(head, is_whole=size <= _HEAD)
    file.seek(0)
    if not found:
        raise BadFile(
            _("This kind of file is not kept. PDF, pictures, office files, text, CSV and ZIP are."),
            field="file",
        )
    return found


def _by_magic(head: bytes) -> str:
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF:
        return "image/heif"
    return "application/msword" if head.startswith(_OLE) else ""


def _zipped(file: IO[bytes], head: bytes) -> str:
    """An office document, or any other archive; only its list of names is read."""
    if not head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return ""
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()[:2000]
            first = archive.infolist()[0] if names else None
            if first and first.filename == "mimetype" and first.file_size < 100:
                kind = archive.read(first).decode("ascii", "replace").strip()
                if kind in _OPEN_DOCUMENT:
                    return kind
    except Exception:  # a broken archive raises what it likes (zlib.error, struct.error, …)
        return ""
    if "[Content_Types].xml" in names:
        for folder, kind in _OOXML:
            if any(name.startswith(folder) for name in names):
                return kind
    return "application/zip"


def _text(head: bytes, *, is_whole: bool) -> str:
    text = _decoded(head, is_whole=is_whole)
    if text is None or _CONTROLS.search(text) or _MARKUP.search(text):
        return ""
    if text.startswith(("#!", "MZ")):
        return ""
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    for mark in (",", ";", "\t"):
        counts = {line.count(mark) for line in lines[:5]}
        if len(lines) > 1 and 0 not in counts and len(counts) == 1:
            return "text/csv"
    return "text/plain"


def _decoded(head: bytes, *, is_whole: bool) -> str | None:
    """The text of the first bytes: UTF-16 by its mark, else UTF-8, else Arabic Windows."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) // 2 * 2].decode("utf-16", "ignore")
    for cut in range(1 if is_whole else 4):  # the head may end inside a character
        try:
            return head[: len(head) - cut].decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
    try:
        return head.decode("cp1256")
    except UnicodeDecodeError:
        return None

"""Files of a mail: safe names, and types by content where a lie would matter."""

from __future__ import annotations

import re

from .mail import Attachment
from .mime import Part

MAX_NAME = 150  # characters
_BIDI_AND_CONTROL = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2028-\u2029\u2066-\u2069\ufeff]"
)
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_GENERIC = frozenset(
    [
        "application/octet-stream",
        "application/binary",
        "application/x-download",
        "application/unknown",
        "application/force-download",
        "application/x-unknown",
        "text/plain",
    ]
)
_ALIASES = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
}
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"PK\x03\x04", "application/zip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
)
_EXECUTABLE = frozenset({"application/x-msdownload", "application/x-executable"})
_HTML = re.compile(
    rb"\s*(?:<!doctype html|<html|<script|<svg|<\?xml[^>]{0,200}>\s*<svg)",
    re.IGNORECASE,
)
_OFFICE = (
    (
        b"xl/workbook.xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    (
        b"word/document.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    (
        b"ppt/presentation.xml",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
)


def read_attachment(part: Part) -> Attachment:
    """The part as a file. The name is safe to show and to store under, "" if there was none."""
    content = part.content()
    content_id = part.headers.text("content-id").strip("<> ")[:255]
    return Attachment(
        name=safe_name(part.filename),
        content_type=true_type(part.content_type, content),
        content=content,
        is_inline=part.disposition == "inline" or bool(content_id and not part.disposition),
        content_id=content_id,
    )


def safe_name(name: str) -> str:
    """A bare file name: no path, no control or direction marks, no reserved word, bounded."""
    bare = re.split(r"[/\\]", _BIDI_AND_CONTROL.sub("", name))[-1]
    bare = re.sub(r"[<>:\"|?*]", "_", bare).strip(". ")
    if _RESERVED.match(bare):
        bare = f"_{bare}"
    if len(bare) <= MAX_NAME:
        return bare
    stem, dot, extension = bare.rpartition(".")
    if not dot or len(extension) > 10:
        return bare[:MAX_NAME]
    return f"{stem[: MAX_NAME - len(extension) - 1]}.{extension}"


def true_type(declared: str, content: bytes) -> str:
    """The media type: the declared one unless the content proves it wrong.

    Programs and web pages are named as such under any label; generic labels are made exact;
    a picture or PDF that is something else gets the type of what it is.
    """
    found = _sniff(content)
    if not found or found == _ALIASES.get(declared, declared):
        return declared
    is_checked = declared.startswith("image/") or declared == "application/pdf"
    if found in _EXECUTABLE or declared in _GENERIC or is_checked:
        return declared if found == "text/html" and declared == "text/plain" else found
    return declared


def _sniff(content: bytes) -> str:
    head = content[:1024]
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if _HTML.match(head):
        return "image/svg+xml" if b"<svg" in head.lower() else "text/html"
    found = next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")
    if found == "application/x-msdownload" and not _is_program(content):
        return ""
    if found == "application/zip":
        return next((kind for name, kind in _OFFICE if name in content), found)
    return found


def _is_program(content: bytes) -> bool:
    """Whether bytes starting with "MZ" are a DOS or Windows program and no text."""
    return len(content) >= 64 and b"\0" in content[:64]

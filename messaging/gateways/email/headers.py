"""Header fields of a mail: splitting, decoding, dates and ids, for headers that break the rules."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

from .charsets import clean_text, decode_text

MAX_BLOCK = 256 * 1024  # bytes of header read; the rest is ignored
MAX_VALUE = 64 * 1024  # bytes of one field
MAX_FIELDS = 1000
MAX_IDS = 200  # references kept
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)
_BLANK = re.compile(rb"\r?\n\r?\n")
_WORD = re.compile(r"=\?([^?\s]{1,75})\?([bBqQ])\?(.{0,4000}?)\?=")
_ID = re.compile(r"<([^<>]{1,2000})>")
_LINE_BREAKING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_WHITESPACE = re.compile(r"\s+")


class Headers:
    """The header fields of one part, in order, names in lower case, values as raw bytes."""

    def __init__(self, fields: list[tuple[str, bytes]]) -> None:
        self.fields = fields

    def raw(self, name: str) -> bytes:
        """The first value of the field, b"" if it isn't there."""
        return next((value for key, value in self.fields if key == name), b"")

    def raw_all(self, name: str) -> bytes:
        """All values of the field joined with commas, for address and id lists."""
        return b", ".join(value for key, value in self.fields if key == name)[:MAX_VALUE]

    def text(self, name: str, charset: str | None = None) -> str:
        """The first value decoded to one line of text."""
        return decode_header(self.raw(name), charset)

    def __contains__(self, name: str) -> bool:
        return any(key == name for key, _ in self.fields)


def split_headers(raw: bytes, start: int, end: int) -> tuple[Headers, int]:
    """The header fields of `raw[start:end]` and the offset where its body begins."""
    while start < end and raw[start] in b"\r\n":
        start += 1
    blank = _BLANK.search(raw, start, end)
    stop, body = (blank.start(), blank.end()) if blank else (end, end)
    fields: list[tuple[str, bytes]] = []
    offset = used = start
    for line in raw[start : min(stop, start + MAX_BLOCK)].splitlines(keepends=True):
        offset += len(line)
        if _add_line(fields, line):
            used = offset
    if not fields:
        return Headers([]), start  # no header at all: everything is body
    # a last line that is no field is body text without the blank line before it
    trailing = stop - used > 1 and stop - start < MAX_BLOCK
    return Headers([(key, value[:MAX_VALUE]) for key, value in fields]), used if trailing else body


def _add_line(fields: list[tuple[str, bytes]], line: bytes) -> bool:
    """Add a physical line to the fields; False if it is neither field nor continuation."""
    text = line.rstrip(b"\r\n")
    field = _FIELD.fullmatch(text)
    if field and text[:1] not in b" \t" and len(fields) < MAX_FIELDS:
        fields.append((field[1].decode("ascii").lower(), field[2].strip()))
        return True
    if not fields:
        return False
    name, value = fields[-1]
    if len(value) < MAX_VALUE:
        fields[-1] = (name, value + b" " + text.strip())
    return text[:1] in b" \t" and bool(text.strip())


def decode_header(raw: bytes, charset: str | None = None) -> str:
    """A header value as one line of text: raw 8-bit bytes and RFC 2047 words decoded.

    `charset` is what raw 8-bit bytes are probably in (the body's). Neighbouring encoded words are
    joined as bytes first, because mailers split them inside a character.
    """
    text = decode_text(raw[:MAX_VALUE], charset)
    out: list[str] = []
    end = 0
    pending: tuple[str, bytes] | None = None
    for match in _WORD.finditer(text):
        gap = text[end : match.start()]
        word = match[1].partition("*")[0].lower(), _word_bytes(match[2], match[3])
        if pending and not gap.strip() and pending[0] == word[0]:
            pending = pending[0], pending[1] + word[1]
        else:
            out.append(_decoded(pending))
            out.append("" if pending and not gap.strip() else gap)
            pending = word
        end = match.end()
    out.append(_decoded(pending))
    out.append(text[end:])
    return _WHITESPACE.sub(" ", clean_text("".join(out))).strip()


def _decoded(word: tuple[str, bytes] | None) -> str:
    return decode_text(word[1], word[0]) if word else ""


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "bB":
        return decode_base64(data)
    return binascii.a2b_qp(data, header=True)


def decode_base64(data: bytes) -> bytes:
    """Base64 to bytes, forgiving foreign characters, missing padding and a cut end."""
    for padding in (b"", b"=", b"=="):
        try:
            return binascii.a2b_base64(data + padding)
        except binascii.Error:
            continue
    data = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    return binascii.a2b_base64(data[: len(data) // 4 * 4])


def message_ids(raw: bytes, *, bare_too: bool = False) -> tuple[str, ...]:
    """The ids in a Message-ID, In-Reply-To or References value, without `<>`, in order.

    With `bare_too` a word with @ counts where nothing stands in angle brackets.
    """
    text = decode_text(raw)
    found: Iterator[str] = (match[1] for match in _ID.finditer(text))
    ids = [_WHITESPACE.sub("", one) for one in found]
    if not ids and bare_too:
        ids = [word.strip("<>,;\"'") for word in text.split() if "@" in word]
    return tuple(dict.fromkeys(one for one in ids if one))[-MAX_IDS:]


def parse_date(raw: bytes) -> datetime | None:
    """The date in UTC, or None if it is missing, unreadable or outside 1970 to 2200."""
    try:
        parts = parsedate_tz(decode_header(raw[:200]))
        if parts is None:
            return None
        moment = datetime(*parts[:6], tzinfo=UTC) - timedelta(seconds=parts[9] or 0)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if 1970 <= moment.year <= 2200 else None


def safe_header(text: str) -> str:
    """Text made safe for a header we send: no line break of any kind, no encoded word.

    A subject or name from outside may hold CR, LF, U+2028 or `=?` and so add headers to our mail
    (CVE-2024-6923, CVE-2026-1299).
    """
    line = _WHITESPACE.sub(" ", _LINE_BREAKING.sub(" ", text)).strip()
    return line.replace("=?", "= ?").replace("?=", "? =")

"""The parts of a mail: our own MIME walker, bounded in depth, parts and time."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from .charsets import decode_text
from .headers import Headers, decode_base64, decode_header, split_headers

MAX_DEPTH = 10
MAX_PARTS = 300
MAX_CANDIDATES = 20_000  # lines that begin like a boundary, looked at per multipart
_PARAM = re.compile(r";\s*([^\s=;]{1,100})\s*=\s*(\"(?:[^\"\\]|\\.)*\"|[^;]*)")
_CONTINUED = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")
_GUESSED_BOUNDARY = re.compile(rb"(?:\A|\n)--([^\s-][^\r\n]{5,198}|-{2,}[^\s][^\r\n]{5,190})\r?\n")


@dataclass(slots=True)
class Part:
    """One MIME part. `body` is still transfer-encoded and empty for a multipart."""

    headers: Headers
    content_type: str
    params: dict[str, str]
    disposition: str
    filename: str
    body: bytes = b""
    children: list[Part] = field(default_factory=list)

    @property
    def charset(self) -> str | None:
        """The declared charset, None if there is none."""
        return self.params.get("charset") or None

    def leaves(self) -> Iterator[Part]:
        """All parts that hold content, in order."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def content(self) -> bytes:
        """The body with its transfer encoding undone."""
        encoding = decode_header(self.headers.raw("content-transfer-encoding")).lower()
        if "base64" in encoding and _is_base64(self.body):
            return decode_base64(self.body)
        if "quoted" in encoding:
            return binascii.a2b_qp(self.body)
        return self.body


def parse_parts(raw: bytes) -> Part:
    """The tree of parts of a whole mail; whatever the bytes are, there is one."""
    return _Walker(raw).part(0, len(raw), 0, "text/plain")


def parse_params(raw: bytes, charset: str | None = None) -> tuple[str, dict[str, str]]:
    """A structured value and its parameters, RFC 2231 and wrong RFC 2047 ones decoded."""
    text = raw[:8192].decode("latin-1")
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAM.finditer(text):
        name, value = match[1].lower(), match[2].strip()
        if value[:1] == '"':
            value = re.sub(r"\\(.)", r"\1", value[1:-1] if value[-1:] == '"' else value[1:])
        spelled = _CONTINUED.fullmatch(name)
        if spelled and "*" in name:
            order = int(spelled[2]) if spelled[2] else 0
            pieces.setdefault(spelled[1], []).append((order, bool(spelled[3]), value))
        else:
            plain.setdefault(name, decode_header(value.encode("latin-1"), charset))
    for name, parts in pieces.items():
        plain[name] = _join_continued(sorted(parts))
    return text.partition(";")[0].strip().lower(), plain


def _join_continued(parts: list[tuple[int, bool, str]]) -> str:
    charset, data = None, b""
    for index, (_, is_encoded, value) in enumerate(parts):
        if is_encoded and index == 0 and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        raw = value.encode("latin-1")
        data += unquote_to_bytes(raw) if is_encoded else raw
    return decode_header(decode_text(data, charset).encode("utf-8", "replace"), "utf-8")


def _is_base64(body: bytes) -> bool:
    """Whether the body is what its label says; plain text labelled base64 happens."""
    sample = re.sub(rb"\s", b"", body[:4000])
    foreign = len(re.sub(rb"[A-Za-z0-9+/=]", b"", sample))
    spaced = len(re.findall(rb"\S \S", body[:4000]))
    return foreign * 20 <= len(sample) and spaced * 20 <= len(sample)


class _Walker:
    """Walks one mail by offsets, so that nested parts are not copied at every level."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw if b"\n" in raw else raw.replace(b"\r", b"\n")
        self.parts_left = MAX_PARTS

    def part(self, start: int, end: int, depth: int, default_type: str) -> Part:
        self.parts_left -= 1
        headers, body = split_headers(self.raw, start, end)
        kind, params = parse_params(headers.raw("content-type"))
        disposition, more = parse_params(headers.raw("content-disposition"))
        if not re.fullmatch(r"[\w.+-]{1,80}/[\w.+-]{1,100}", kind, re.ASCII):
            kind = default_type
        name = more.get("filename") or params.get("name", "")
        part = Part(headers, kind, params, disposition, name)
        if kind.startswith("multipart/") and depth < MAX_DEPTH:
            child_type = "message/rfc822" if kind == "multipart/digest" else "text/plain"
            for first, last in self._split(part, body, end):
                if self.parts_left > 0:
                    part.children.append(self.part(first, last, depth + 1, child_type))
        if not part.children:
            part.body = self.raw[body:end]
            if kind.startswith("multipart/"):
                part.content_type = "text/plain" if depth < MAX_DEPTH else "application/mime"
        return part

    def _split(self, part: Part, start: int, end: int) -> list[tuple[int, int]]:
        """The pieces by the declared boundary, else by the first line that looks like one."""
        boundary = part.params.get("boundary", "").rstrip().encode("latin-1", "replace")[:200]
        pieces = list(self._pieces(start, end, boundary))
        guess = _GUESSED_BOUNDARY.search(self.raw, start, min(end, start + 4000))
        if pieces or not guess:
            return pieces
        return list(self._pieces(start, end, guess[1].rstrip()))

    def _pieces(self, start: int, end: int, boundary: bytes) -> Iterator[tuple[int, int]]:
        """Start and end of each piece between boundary lines; the last may be unclosed."""
        marker = b"--" + boundary
        opened: int | None = None
        position, found = start, 0
        for _ in range(MAX_CANDIDATES if boundary else 0):
            at = self._next_line(marker, position, start, end)
            if at < 0:
                break
            after = at + len(marker)
            line_end = self.raw.find(b"\n", after, end)
            line_end = end if line_end < 0 else line_end
            tail = self.raw[after : min(line_end, after + 100)].strip()
            position = line_end
            if tail not in (b"", b"--"):
                continue
            if opened is not None:
                yield opened, max(opened, self._before_break(at))
            opened = None if tail else min(line_end + 1, end)
            found += 1
            if tail or found > MAX_PARTS:
                return
        if opened is not None:
            yield opened, end

    def _next_line(self, marker: bytes, position: int, start: int, end: int) -> int:
        if position == start and self.raw.startswith(marker, start, end):
            return start
        found = self.raw.find(b"\n" + marker, position, end)
        return found + 1 if found >= 0 else -1

    def _before_break(self, at: int) -> int:
        """The end of the line before offset `at`: its line break belongs to the boundary."""
        return at - 2 if self.raw[at - 2 : at] == b"\r\n" else at - 1

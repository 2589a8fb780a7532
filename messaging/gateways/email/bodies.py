"""Which parts of a mail are its text, which its HTML and which its files."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from .charsets import clean_text, decode_text
from .html_text import html_to_text, sanitise
from .mime import Part

MAX_TEXT = 500_000  # characters of text kept; the raw mail holds the rest
_REPORTS = frozenset(
    [
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "message/feedback-report",
    ]
)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)


@dataclass(slots=True)
class Bodies:
    """Text, the text a mail program left unquoted (None: no marks), clean HTML, and files."""

    text: str = ""
    unquoted: str | None = None
    html: str = ""
    files: list[Part] = field(default_factory=list)


@dataclass(slots=True)
class _Piece:
    text: str
    unquoted: str | None
    html: str
    is_html: bool


def read_bodies(root: Part) -> Bodies:
    """Read all parts: alternatives give one text, mixed parts give theirs one after the other."""
    files: list[Part] = []
    pieces = _read(root, files, in_report=False)
    has_html = any(piece.html for piece in pieces)
    markup = [_markup(piece) for piece in pieces] if has_html else []
    unquoted = None
    if any(piece.unquoted is not None for piece in pieces):
        left = [piece.text if piece.unquoted is None else piece.unquoted for piece in pieces]
        unquoted = _joined(left)
    text = _joined([piece.text for piece in pieces])
    return Bodies(text, unquoted, "\n".join(filter(None, markup)), files)


def _joined(texts: list[str]) -> str:
    return "\n\n".join(text for text in texts if text.strip())[:MAX_TEXT]


def _markup(piece: _Piece) -> str:
    if piece.html or not piece.text.strip():
        return piece.html
    return f"<pre>{html.escape(piece.text)}</pre>"


def _read(part: Part, files: list[Part], *, in_report: bool) -> list[_Piece]:
    if part.children:
        in_report = in_report or part.content_type == "multipart/report"
        read = [_read(child, files, in_report=in_report) for child in part.children]
        flat = [piece for pieces in read for piece in pieces]
        return _best(flat) if part.content_type == "multipart/alternative" else flat
    if _is_body(part):
        return [_text_piece(part)]
    is_returned = in_report and part.content_type in (
        "message/rfc822",
        "message/global",
    )
    is_other_view = part.content_type == "text/x-amp-html"
    is_machine = part.content_type in _REPORTS or is_returned or is_other_view
    if not is_machine and (part.body.strip() or part.filename):
        files.append(part)
    return []


def _is_body(part: Part) -> bool:
    is_text = part.content_type in (
        "text/plain",
        "text/html",
        "text/enriched",
        "text/markdown",
    )
    return is_text and part.disposition != "attachment" and not part.filename


def _best(pieces: list[_Piece]) -> list[_Piece]:
    """One piece out of alternatives: the plain text to read, the HTML to show."""
    plain = [piece for piece in pieces if not piece.is_html and piece.text.strip()]
    rich = [piece for piece in pieces if piece.is_html]
    if not plain or not rich:
        return plain or rich
    text = _joined([piece.text for piece in plain])
    unquoted = next((piece.unquoted for piece in rich if piece.unquoted), None)
    return [_Piece(text, unquoted, "\n".join(piece.html for piece in rich), is_html=False)]


def _text_piece(part: Part) -> _Piece:
    raw = part.content()[: MAX_TEXT * 4]
    if part.content_type != "text/html":
        text = decode_text(raw, part.charset)
        if part.params.get("format", "").lower() == "flowed":
            text = _unflow(text, part.params.get("delsp", "").lower() == "yes")
        return _Piece(text.strip("\n"), None, "", is_html=False)
    meta = None if part.charset else _META_CHARSET.search(raw[:4000])
    page = decode_text(raw, meta[1].decode("ascii") if meta else part.charset)
    full, unquoted = html_to_text(page)
    left = None if unquoted is None else clean_text(unquoted)
    return _Piece(clean_text(full), left, clean_text(sanitise(page)), is_html=True)


def _unflow(text: str, delete_space: bool) -> str:
    """Undo the soft line breaks of format=flowed (RFC 3676)."""
    out: list[list[str]] = []
    open_depth = -1  # quote depth of a line that goes on, -1 for none
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        is_soft = content.endswith(" ") and content != "-- "
        kept = content[:-1] if is_soft and delete_space else content
        if open_depth == depth and content != "-- ":
            out[-1].append(kept)
        else:
            out.append([f"{'>' * depth} " if depth else "", kept])
        open_depth = depth if is_soft else -1
    return "\n".join("".join(pieces) for pieces in out)

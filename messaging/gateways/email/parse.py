"""One raw e-mail into its plain values. Never fails, whatever the bytes are."""

from __future__ import annotations

import hashlib

from .addresses import parse_addresses
from .attachments import read_attachment
from .automatic import automatic_kind, report_type
from .bodies import read_bodies
from .bounces import complained_recipients, read_bounce
from .charsets import decode_text
from .headers import Headers, message_ids, parse_date
from .mail import Address, Automatic, Bounce, ParsedEmail
from .mime import Part, parse_parts
from .reply_text import new_text

MAX_SIZE = 25 * 1024 * 1024  # bytes read; what lies beyond is left to the stored raw mail
MAX_SUBJECT = 1000  # characters
MAX_ID = 500  # characters; a longer id is replaced by its digest
_IDENTITY = ("from", "sender", "to", "cc", "subject", "date", "content-type")


def parse_email(raw: bytes) -> ParsedEmail:
    """Read a mail (RFC 5322 and everything that only claims to be). Never raises.

    Text is cut at 500,000 characters, nesting at 10 levels, parts at 300.
    """
    raw = raw[:MAX_SIZE]
    root = parse_parts(raw)
    headers, charset = root.headers, _main_charset(root)
    bodies = read_bodies(root)
    sender = _first(headers, "from", charset)
    to = parse_addresses(headers.raw_all("to"), charset)
    subject = headers.text("subject", charset)[:MAX_SUBJECT]
    report = report_type(root)
    bounce = None
    if not report:
        bounce = read_bounce(root, raw, sender=sender, to=to, text=bodies.text, subject=subject)
    return ParsedEmail(
        message_id=_message_id(headers, root, raw),
        in_reply_to=message_ids(headers.raw("in-reply-to")),
        references=message_ids(headers.raw("references")),
        sender=sender,
        reply_to=_first(headers, "reply-to", charset),
        to=to,
        cc=parse_addresses(headers.raw_all("cc"), charset),
        subject=subject,
        date=parse_date(headers.raw("date")),
        text=bodies.text,
        new_text=new_text(bodies.text, bodies.unquoted),
        html=bodies.html,
        attachments=tuple(read_attachment(part) for part in bodies.files),
        automatic=_automatic(headers, subject, report, bounce),
        bounce=bounce,
        list_id=_list_id(headers),
        complained=complained_recipients(root) if report == "feedback" else (),
    )


def _main_charset(root: Part) -> str | None:
    """The charset of the first text part: what raw 8-bit header bytes are probably in."""
    texts = (leaf.charset for leaf in root.leaves() if leaf.content_type.startswith("text/"))
    return next((charset for charset in texts if charset), None)


def _first(headers: Headers, name: str, charset: str | None) -> Address | None:
    found = parse_addresses(headers.raw(name), charset, local_too=name == "from")
    return found[0] if found else None


def _automatic(
    headers: Headers, subject: str, report: str, bounce: Bounce | None
) -> Automatic | None:
    """A bounce first: delivery reports carry the marks of auto-replies too."""
    if bounce:
        return "bounce"
    if report:
        return "complaint" if report == "feedback" else "receipt"
    return automatic_kind(headers, subject)


def _list_id(headers: Headers) -> str:
    text = headers.text("list-id")
    inner = text.rpartition("<")[2].rstrip("> ") if "<" in text else text
    return inner.lower()[:255]


def _message_id(headers: Headers, root: Part, raw: bytes) -> str:
    """The Message-ID, or a digest that is the same for the same mail by another way."""
    ids = message_ids(headers.raw("message-id"), bare_too=True)
    if ids and len(ids[0]) <= MAX_ID:
        return ids[0]
    digest = hashlib.sha256(decode_text(ids[0].encode()).encode() if ids else b"")
    if not ids:
        for name in _IDENTITY:
            digest.update(b"\0" + headers.raw(name))
        for leaf in root.leaves():
            digest.update(b"\0" + leaf.body)
    return f"hash:{digest.hexdigest()}"

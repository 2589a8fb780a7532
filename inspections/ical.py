"""A calendar feed as RFC 5545 says: lines end with CRLF and fold at 75 octets, times are in UTC."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

CONTENT_TYPE = "text/calendar; charset=utf-8"
_FOLD = 75  # octets of a line, without its CRLF (3.1)
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One event; `uid` never changes, `sequence` grows with every change (3.8.7.4)."""

    uid: str
    sequence: int
    stamp: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str = ""
    url: str = ""
    is_cancelled: bool = False


def write_calendar(name: str, entries: Iterable[Entry]) -> str:
    """Return the whole feed."""
    head = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Madar//Inspections//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escape(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
        "X-PUBLISHED-TTL:PT15M",
    ]
    body = [line for entry in entries for line in _event(entry)]
    return "".join(f"{part}\r\n" for line in [*head, *body, "END:VCALENDAR"] for part in fold(line))


def _event(entry: Entry) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{escape(entry.uid)}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{_utc(entry.stamp)}",
        f"DTSTART:{_utc(entry.starts_at)}",
        f"DTEND:{_utc(entry.ends_at)}",
        f"SUMMARY:{escape(entry.summary)}",
        f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
    ]
    if entry.location:
        lines.append(f"LOCATION:{escape(entry.location)}")
    if entry.url:
        lines.append(f"URL:{_CONTROLS.sub('', entry.url)}")
    return [*lines, "END:VEVENT"]


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escape(text: str) -> str:
    r"""Return a TEXT value (3.3.11).

    >>> escape("Riyadh; villa 3, gate\nleft")
    'Riyadh\\; villa 3\\, gate\\nleft'
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return _CONTROLS.sub("", plain.replace("\n", "\\n"))


def fold(line: str) -> Iterator[str]:
    """Yield a line in pieces of at most 75 octets that never split a character."""
    limit, piece, size = _FOLD, "", 0
    for sign in line:
        width = len(sign.encode("utf-8"))
        if size + width > limit:
            yield piece
            piece, size = " ", 1
        piece, size = piece + sign, size + width
    yield piece

"""Fetching new mail by IMAP, without changing anything in the mailbox."""

from __future__ import annotations

import contextlib
import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

logger = logging.getLogger(__name__)

TIMEOUT = 30  # seconds without an answer
MAX_FETCHED = 26 * 1024 * 1024  # bytes of one mail; a longer one is fetched up to here
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class MailboxUnavailable(Exception):
    """The mailbox can't be read now: address, network, log-in, protocol. Names no password."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a mailbox has been read. Uids count only within one `uid_validity` (RFC 3501)."""

    uid_validity: int
    uid: int

    def as_json(self) -> dict[str, int]:
        """The cursor as a JSON object, for `from_json`."""
        return {"uid_validity": self.uid_validity, "uid": self.uid}

    @classmethod
    def from_json(cls, value: object) -> Cursor | None:
        """The cursor in a JSON value; None for anything else, which means "from the start"."""
        if not isinstance(value, dict):
            return None
        validity, uid = value.get("uid_validity"), value.get("uid")
        if type(validity) is not int or type(uid) is not int or min(validity, uid) < 0:
            return None
        return cls(validity, uid)


def poll_mailbox(
    url: str, *, since: Cursor | None, limit: int = 500
) -> Iterator[tuple[Cursor, bytes]]:
    """Yield up to `limit` mails newer than `since`, oldest first, each with the cursor behind it.

    `url` is `imaps://user:password@host:993/INBOX` (percent-encoded; `imap://` is unencrypted).
    The folder is opened read-only, so no mail is marked as seen. Without a cursor, or when the
    server has renumbered the folder, reading starts from the oldest mail: the caller knows by the
    Message-ID what it has. A mail deleted meanwhile is skipped.

    Raises MailboxUnavailable; what was yielded before stays valid.
    """
    try:
        with _connected(url) as box:
            validity = _uid_validity(box)
            start = since.uid if since and since.uid_validity == validity else 0
            for uid in _newer(box, start)[:limit]:
                raw = _fetch(box, uid)
                if raw is not None:
                    yield Cursor(validity, uid), raw
    except (ImapToolsError, imaplib.IMAP4.error, OSError, EOFError, ValueError) as problem:
        raise MailboxUnavailable(_reason(problem, url)) from None


@contextlib.contextmanager
def _connected(url: str) -> Iterator[BaseMailBox]:
    """A logged-in mailbox with its folder open read-only; closed at the end whatever happens."""
    parts = urlsplit(url)
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
        raise ValueError("IMAP_URL must look like imaps://user:password@host:993/INBOX")
    user, password = unquote(parts.username), unquote(parts.password or "")
    box: BaseMailBox
    if parts.scheme == "imaps":  # imaplib alone would accept any certificate
        trust = ssl.create_default_context()
        box = MailBox(parts.hostname, parts.port or 993, timeout=TIMEOUT, ssl_context=trust)
    else:
        box = MailBoxUnencrypted(parts.hostname, parts.port or 143, timeout=TIMEOUT)
    try:
        login = box.login if (user + password).isascii() else box.login_utf8
        login(user, password, initial_folder=None)
        box.folder.set(unquote(parts.path.strip("/")) or "INBOX", readonly=True)
        yield box
    finally:
        with contextlib.suppress(ImapToolsError, imaplib.IMAP4.error, OSError):
            box.logout()
        with contextlib.suppress(OSError):
            box.client.shutdown()


def _uid_validity(box: BaseMailBox) -> int:
    answer = box.client.response("UIDVALIDITY")[1]
    digits = bytes(answer[0]) if answer and answer[0] else b""
    return int(digits) if digits.isdigit() else 0


def _newer(box: BaseMailBox, uid: int) -> list[int]:
    """Uids above `uid`, ascending. "n:*" names the last mail even if it is below n."""
    found = box.uids(f"UID {uid + 1}:*", charset=None)
    return sorted(int(one) for one in found if one.isdigit() and int(one) > uid)


def _fetch(box: BaseMailBox, uid: int) -> bytes | None:
    """The raw mail, None if it is gone or the server can't give it out."""
    size = _SIZE.search(b" ".join(_bytes(box.client.uid("fetch", str(uid), "(RFC822.SIZE)"))))
    is_long = size is not None and int(size[1]) > MAX_FETCHED
    part = f"BODY.PEEK[]<0.{MAX_FETCHED}>" if is_long else "BODY.PEEK[]"
    status, data = box.client.uid("fetch", str(uid), f"(UID {part})")
    if status != "OK":  # one broken mail must not hold up those behind it
        logger.warning("mail %s of the mailbox can't be fetched: %s", uid, status)
        return None
    return next((bytes(item[1]) for item in data if isinstance(item, tuple)), None)


def _bytes(answer: tuple[str, list[Any]]) -> list[bytes]:
    return [one for one in answer[1] if isinstance(one, bytes)]


def _reason(problem: BaseException, url: str) -> str:
    """The problem in one line, without the password."""
    text = str(problem) or type(problem).__name__
    try:
        password = urlsplit(url).password
    except ValueError:
        return "IMAP_URL is not a valid address"
    for secret in {password, unquote(password or "")} - {None, ""}:
        text = text.replace(str(secret), "***")
    return text[:500]

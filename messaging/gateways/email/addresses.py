"""Address lists of mail headers, as people and machines really write them."""

from __future__ import annotations

import re

from .headers import decode_header
from .mail import Address

MAX_ADDRESSES = 500
_EMAIL = re.compile(r"[^\s<>\"'(),:;@\[\]\\]{1,64}@[^\s<>\"'(),:;@\\]{1,255}")


def parse_addresses(
    raw: bytes, charset: str | None = None, *, local_too: bool = False
) -> tuple[Address, ...]:
    """The mailboxes of a To, Cc, From or Reply-To value; what holds no address is left out.

    The address in angle brackets counts, whatever the display name looks like. With `local_too` a
    bare word without @ (a local user) is an address as well.
    """
    unfolded = re.sub(rb"[\r\n]+", b" ", raw)
    found = _scan(unfolded.decode("latin-1"), charset, local_too)
    if not found and b"=?" in unfolded:  # the whole header, address and all, in one encoded word
        decoded = decode_header(unfolded, charset).encode("utf-8", "replace")
        found = _scan(decoded.decode("latin-1"), "utf-8", local_too)
    return tuple(found)


class _Mailbox:
    """The pieces of the mailbox being read; characters are latin-1 for raw bytes."""

    def __init__(self) -> None:
        self.phrase: list[str] = []
        self.angle: list[str] | None = None

    def address(self, charset: str | None, local_too: bool) -> Address | None:
        phrase = "".join(self.phrase).strip()
        if self.angle is not None:
            email, name = _email("".join(self.angle)), phrase
        else:
            email, name = _email(phrase), ""
            if not email and local_too and re.fullmatch(r"[\w.+-]{1,64}", phrase, re.ASCII):
                email = phrase.lower()
        if not email:
            return None
        text = decode_header(name.encode("latin-1"), charset).strip(" \"'")
        return Address("" if text.lower() == email else text[:300], email)


def _email(text: str) -> str:
    """The address in the text in lower case, "" if there is none."""
    match = _EMAIL.search(text.rpartition(":")[2] or text)
    if not match:
        return ""
    raw = match[0].encode("latin-1", "replace")  # international addresses arrive as raw UTF-8
    return decode_header(raw, "utf-8").lower().rstrip(".")


def _scan(text: str, charset: str | None, local_too: bool) -> list[Address]:
    found: list[Address] = []
    box = _Mailbox()
    mode, depth, escaped = "", 0, False
    for char in text:
        if escaped or (char == "\\" and mode in ('"', "(")):
            if escaped and mode == '"':
                box.phrase.append(char)
            escaped = not escaped
        elif mode == '"':
            mode = "" if char == '"' else mode
            if char != '"':
                box.phrase.append(char)
        elif mode == "(":
            depth += (char == "(") - (char == ")")
            mode = mode if depth else ""  # a comment is no name (RFC 5322 3.4)
        elif mode == "<":
            mode = "" if char == ">" else mode
            if char != ">" and box.angle is not None:
                box.angle.append(char)
        elif char in '"(':
            mode, depth = char, 1
        elif char == "<":
            mode = char if box.angle is None else mode
            box.angle = [] if box.angle is None else box.angle
        elif char in ",;":
            _keep(found, box.address(charset, local_too))
            box = _Mailbox()
        elif char == ":" and box.angle is None and "@" not in box.phrase:
            box.phrase = []  # the name of a group
        else:
            box.phrase.append(char)
        if len(found) >= MAX_ADDRESSES:
            return found
    _keep(found, box.address(charset, local_too) or _unclosed(text, mode, found))
    return found


def _keep(found: list[Address], address: Address | None) -> None:
    if address:
        found.append(address)


def _unclosed(text: str, mode: str, found: list[Address]) -> Address | None:
    """The address behind a quote or comment that is never closed."""
    email = _email(text) if mode in ('"', "(") and mode and not found else ""
    return Address("", email) if email else None

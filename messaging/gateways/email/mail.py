"""What one e-mail says, as plain values: no Django, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Automatic = Literal["bounce", "auto_reply", "list", "receipt", "complaint"]
BounceKind = Literal["hard", "soft", "content", "unknown"]


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox: display name ("" if none) and address in lower case."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a mail. `name` is a bare, safe file name, "" where the mail gives none."""

    name: str
    content_type: str
    content: bytes
    is_inline: bool
    content_id: str


@dataclass(frozen=True, slots=True)
class Failure:
    """One recipient that could not be reached."""

    recipient: str
    status: str
    kind: BounceKind
    diagnostic: str


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery report. Suppress a recipient only for kind `hard`, and only one we mailed.

    hard: the address doesn't exist. soft: delayed, full or temporary, keep trying. content: our
    message or our server was refused. `kind` is `hard` only when every failure is.
    """

    recipients: tuple[str, ...]
    status: str
    kind: BounceKind
    diagnostic: str
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedEmail:
    """An e-mail as a person would read it. No text in it has a NUL or a lone surrogate.

    `message_id` has no angle brackets and is "hash:…" where the mail has none. `new_text` is what
    the person wrote now (quotes and signature cut), never empty when `text` is not. `html` is
    sanitised. `date` is in UTC, None when missing or invalid. `complained` names the people whose
    spam complaint this is.
    """

    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    sender: Address | None
    reply_to: Address | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: datetime | None
    text: str
    new_text: str
    html: str
    attachments: tuple[Attachment, ...]
    automatic: Automatic | None
    bounce: Bounce | None
    list_id: str
    complained: tuple[str, ...] = ()

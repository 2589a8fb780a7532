"""One mail over SMTP, step by step, so that it is always known how far it came.

Until the dot that ends the mail has been sent, the server has nothing: whatever breaks before may
be tried again. After the dot only the server's answer tells; without it nobody knows whether the
mail left. Every wait, from the look-up of the server on, ends at one deadline (see hurry.py).
Source: RFC 5321 4.1.1.4 (DATA), 4.2.1 (replies), 4.5.2 (transparency).
"""

import re
import smtplib
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .hurry import HurriedBackend

LONGEST_SEND_S = 45.0  # seconds for all steps; see delivery.INTERRUPTED_AFTER
GOODBYE_S = 2.0  # seconds
_FIRST_DOT = re.compile(rb"^\.", re.MULTILINE)
_KEPT = 200  # characters of the server's words


class Handover(StrEnum):
    """How far a mail came."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # for good
    NOT_NOW = "not_now"  # may be tried again: the server has not taken it
    UNKNOWN = "unknown"  # sent to the end, and no answer


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a mail, and the server's words ("550 5.1.1 no such user")."""

    handover: Handover
    words: str = ""
    knows_recipient: bool = False  # it was said after the server had been told to whom


def hand_over(mail: bytes, *, sender: str, recipient: str) -> Answer:
    """Give one mail to the server of EMAIL_URL. Never raises for what the server or line does."""
    backend = HurriedBackend(deadline=time.monotonic() + LONGEST_SEND_S)
    try:
        backend.open()
    except (OSError, smtplib.SMTPException) as error:
        if backend.line is not None:
            _leave(backend.line)
        return _no_entry(error)
    server: Any = backend.line
    try:
        return _announce(server, sender, recipient) or _transmit(server, mail)
    finally:
        _leave(server)


def _no_entry(error: Exception) -> Answer:
    """A server that does not let us in refuses us, not this mail: it may be mended meanwhile."""
    if isinstance(error, smtplib.SMTPResponseException):
        return Answer(Handover.NOT_NOW, _words(error.smtp_code, error.smtp_error))
    return Answer(Handover.NOT_NOW, f"no connection: {error or type(error).__name__}"[:_KEPT])


def _announce(server: Any, sender: str, recipient: str) -> Answer | None:
    """Say from whom and to whom; returns why the server takes no mail, None when it waits for it."""
    steps: list[tuple[Any, tuple[int, ...]]] = [
        (lambda: _from(server, sender), (250,)),
        (lambda: server.rcpt(recipient), (250, 251)),
        (lambda: server.docmd("DATA"), (354,)),
    ]
    for place, (step, wanted) in enumerate(steps):
        try:
            code, words = step()
        except (OSError, smtplib.SMTPException) as error:
            return Answer(Handover.NOT_NOW, f"connection lost: {error or type(error).__name__}")
        if code not in wanted:
            return _refusal(code, words, knows_recipient=place > 0)
    return None


def _from(server: Any, sender: str) -> Any:
    server.ehlo_or_helo_if_needed()
    options = ["body=8bitmime"] if server.has_extn("8bitmime") else []
    return server.mail(sender, options)


def _transmit(server: Any, mail: bytes) -> Answer:
    body = _FIRST_DOT.sub(b"..", mail)
    body += b"" if body.endswith(b"\r\n") else b"\r\n"
    try:
        server.send(body)
        server.hurried()  # in time for the dot as well
    except (OSError, smtplib.SMTPException) as error:
        return Answer(Handover.NOT_NOW, f"connection lost: {error or type(error).__name__}")
    try:
        server.send(b".\r\n")
        code, words = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        text = f"no answer to the whole mail: {error or type(error).__name__}"
        return Answer(Handover.UNKNOWN, text[:_KEPT])
    if code == 250:
        return Answer(Handover.ACCEPTED, _words(code, words))
    return _refusal(code, words, knows_recipient=True)


def _refusal(code: int, words: Any, *, knows_recipient: bool) -> Answer:
    """5xx is final; 4xx, and what is no reply at all, may be tried again."""
    is_final = 500 <= code <= 599
    handover = Handover.REFUSED if is_final else Handover.NOT_NOW
    return Answer(handover, _words(code, words), knows_recipient)


def _words(code: int, words: Any) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return f"{code} {' '.join(text.split())}"[:_KEPT]


def _leave(server: Any) -> None:
    """Say goodbye without waiting for long; what became of the mail is known by now."""
    try:
        server.allow(GOODBYE_S)
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()

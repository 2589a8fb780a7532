"""A mail of ours as bytes: headers that nobody can inject into, text and a simple HTML part.

Source: RFC 5322 (headers, threading), RFC 3834 (automatic answers), RFC 2046 (alternatives).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.utils import formataddr
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from .headers import safe_header

LONGEST_SUBJECT = 200  # characters
LONGEST_NAME = 100  # characters of a display name
MOST_REFERENCES = 20  # the oldest in the middle are left out, as mail programs do
_ID = re.compile(r"[!-;=?-~]{1,200}@[!-;=?-~]{1,200}")  # printable ASCII without < and >
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")
_LETTER = re.compile(r"[^\W\d_]")
_IS_ANSWER = re.compile(r"\s*(?:re|رد|aw|sv)\s*[:：]", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class MailFile:
    """A file that goes with the mail."""

    name: str
    content_type: str
    body: bytes


@dataclass(frozen=True, kw_only=True)
class NewMail:
    """What a mail says and to whom; addresses are bare, ids have no angle brackets."""

    message_id: str
    sender: str
    sender_name: str
    recipient: str
    recipient_name: str
    subject: str
    text: str
    reply_to: str = ""
    answers: str = ""  # the id of the mail that this one answers
    references: Sequence[str] = ()
    files: Sequence[MailFile] = ()
    is_automatic: bool = False


def compose(mail: NewMail) -> bytes:
    """Return the mail with CRLF line ends. Text from outside never becomes a header of its own."""
    direction = direction_of(mail.text)
    context = {"text": mail.text, "dir": direction, "lang": "ar" if direction == "rtl" else "en"}
    made = EmailMultiAlternatives(
        subject=safe_header(mail.subject)[:LONGEST_SUBJECT],
        body=mail.text,
        from_email=_mailbox(mail.sender_name, mail.sender),
        to=[_mailbox(mail.recipient_name, mail.recipient)],
        reply_to=[mail.reply_to] if mail.reply_to else None,
        headers=_headers(mail),
    )
    made.attach_alternative(render_to_string("messaging/mail.html", context), "text/html")
    for file in mail.files:
        made.attach(safe_header(file.name), file.body, file.content_type)
    whole: Any = made.message()
    written: bytes = whole.as_bytes(linesep="\r\n")
    return written


def _mailbox(name: str, address: str) -> str:
    shown = safe_header(name)[:LONGEST_NAME]
    return formataddr((shown, address)) if shown else address


def _headers(mail: NewMail) -> dict[str, str]:
    headers = {"Message-ID": f"<{mail.message_id}>"}
    answers = next(iter(known_ids([mail.answers])), "")
    chain = known_ids([*mail.references, answers])
    if len(chain) > MOST_REFERENCES:  # the first and the newest are what threading needs
        chain = [chain[0], *chain[1 - MOST_REFERENCES :]]
    if answers:
        headers["In-Reply-To"] = f"<{answers}>"
    if chain:
        headers["References"] = " ".join(f"<{one}>" for one in chain)
    if mail.is_automatic:
        headers["Auto-Submitted"] = "auto-replied"
    return headers


def known_ids(ids: Sequence[str]) -> list[str]:
    """The ids that may stand in a header, each once; strangers chose most of them."""
    return [one for one in dict.fromkeys(ids) if _ID.fullmatch(one)]


def direction_of(text: str) -> str:
    """ "rtl" or "ltr", by the first letter.

    >>> direction_of("1. عرض السعر"), direction_of("Quote عرض")
    ('rtl', 'ltr')
    """
    first = _LETTER.search(text)
    return "rtl" if first and _ARABIC.match(first[0]) else "ltr"


def answer_subject(subject: str) -> str:
    """The subject of an answer: "Re:" once, however often it has been answered.

    >>> answer_subject("Offer"), answer_subject("RE: Offer"), answer_subject("رد: عرض")
    ('Re: Offer', 'RE: Offer', 'رد: عرض')
    """
    subject = safe_header(subject)
    return subject if not subject or _IS_ANSWER.match(subject) else f"Re: {subject}"

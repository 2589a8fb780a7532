"""Taking a form's submission in: checked, kept raw, answered; read later by a job."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.utils import timezone
from procrastinate.tasks import Task

from crm_project.kit.addresses import counted_as
from crm_project.kit.limits import count
from leads.capture.forms import UnreadableForm, looks_automated, parse_form_body, read_submission
from leads.capture.hosted import HONEYPOT, RENDERED, rendered_at
from leads.capture.readers import mapping_of
from leads.capture.refusals import (
    MalformedBody,
    NothingAnswered,
    TooManySubmissions,
    WrongSignature,
)
from leads.capture.signed import is_signed
from leads.models import WebForm
from messaging.services import NewSignal, count_delivery, keep_signal

log = structlog.get_logger(__name__)

MOST_A_MINUTE = 30  # submissions from one address to one form
WINDOW = 60  # seconds
REPEAT = 600  # seconds in which the same bytes are the same submission: a double click, a retry
KEPT_HEADERS = ("Origin", "Referer", "User-Agent", "Accept-Language")
NOT_SPAM_BY_ITSELF = "links"  # many links are weighed with the words, later


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One request at a form's door."""

    form: WebForm
    body: bytes
    content_type: str
    address: str  # of the sender's connection
    headers: Mapping[str, str] = field(default_factory=dict)


def keep_submission(new: Submission, *, reader: Task) -> str:
    """Keep the raw submission, wake the reader, and return the reference to tell the sender.

    A form with a secret takes signed submissions only. They are never limited, and what they hold
    is kept even when it cannot be understood (SECURITY.md WH-5). From others a body without any
    answer is refused, and what software filled in is kept, marked and left unread.
    Raises WrongSignature, TooManySubmissions, MalformedBody, NothingAnswered.
    """
    form = new.form
    if form.secret:
        _check_signature(new)
    elif is_too_fast(form, new.address):
        raise TooManySubmissions
    data = _parse(new)
    verdict = "" if form.secret else _verdict(data, form)
    if not form.secret and not verdict:
        _check_answers(data, new)
    key = _key(new)
    keep_signal(
        NewSignal(
            channel="web_form",
            key=key,
            body=new.body,
            content_type=new.content_type,
            headers=_headers(new),
            branch=form.branch,
            source=form.key,
            verdict=verdict,
        ),
        reader=reader,
    )
    count_delivery("web_form", "spam" if verdict else "stored")
    return key[:10]


def is_too_fast(form: WebForm, address: str) -> bool:
    """Count a try of this address; a counter that cannot be reached lets everybody in (RL-2)."""
    return count(f"form:{form.pk}:{counted_as(address)}", window=WINDOW) > MOST_A_MINUTE


def _check_signature(new: Submission) -> None:
    secret = new.form.secret or ""
    if not is_signed(body=new.body, headers=new.headers, secret=secret, now=time.time()):
        raise WrongSignature


def _parse(new: Submission) -> Any:
    try:
        return parse_form_body(new.body, new.content_type)
    except UnreadableForm as error:
        raise MalformedBody(error.message, field=error.field) from error


def _check_answers(data: Any, new: Submission) -> None:
    try:
        read_submission(data, content_type=new.content_type, mapping=mapping_of(new.form))
    except UnreadableForm as error:
        raise NothingAnswered(field=error.field) from error
    except Exception as error:  # ours to mend: it is kept, and a person will be told
        log.exception("form_reader_failed", form=new.form.key, error=repr(error))


def _verdict(data: Any, form: WebForm) -> str:
    """Why software seems to have filled this in, or an empty text."""
    pairs = _pairs(data)
    token = next((value for key, value in pairs if key == RENDERED), "")
    shown_at = rendered_at(token, form.key) if token else None
    found = looks_automated(pairs, honeypot=HONEYPOT, rendered_at=shown_at, now=timezone.now())
    return "" if found in (None, NOT_SPAM_BY_ITSELF) else str(found)


def _pairs(data: Any) -> list[tuple[str, str]]:
    rows = data.items() if isinstance(data, dict) else data if isinstance(data, list) else []
    return [
        (str(row[0]), row[1])
        for row in rows
        if isinstance(row, tuple) and len(row) == 2 and isinstance(row[1], str)
    ]


def _key(new: Submission) -> str:
    """What makes a repeat: the sender's own key, else the same bytes within ten minutes."""
    given = new.headers.get("Idempotency-Key", "")[:200]
    own = f"k{given}".encode("utf-8", "replace") if given else b""
    what = own or str(int(time.time() // REPEAT)).encode() + b"." + new.body
    return hashlib.sha256(new.form.key.encode() + b"." + what).hexdigest()


def _headers(new: Submission) -> dict[str, str]:
    kept = {name: new.headers.get(name, "") for name in KEPT_HEADERS}
    return {**kept, "Remote-Addr": new.address}

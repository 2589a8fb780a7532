"""From a raw form submission to messages."""

import hashlib
import json
from typing import Any
from urllib.parse import unquote, urlsplit

from leads.capture.forms import parse_form_body, read_submission
from leads.capture.forms.submission import FormSubmission
from leads.models import WebForm
from messaging.models import Signal
from messaging.services import VERDICT, Content, Inbound, Person
from messaging.services.received import Announced

from .hosted import OWN_FIELDS

MARKETPLACES = {"indiamart", "tradeindia", "justdial"}


def read_form(signal: Signal) -> Content:
    """Return every submission of the body as one message with its stated answers."""
    if verdict := signal.headers.get(VERDICT):
        return Content(kinds=[f"spam:{verdict}"[:40]])
    form = WebForm.objects.select_related("channel__branch").get(key=signal.source)
    data = parse_form_body(bytes(signal.body), signal.content_type)
    content = Content()
    found = read_submission(data, content_type=signal.content_type, mapping=mapping_of(form))
    for place, submission in enumerate(found):
        content.kinds.append(submission.source)
        content.messages.append(_inbound(submission, form, signal, place))
    return content


def mapping_of(form: WebForm) -> dict[str, str]:
    """Return what the form's fields ask for; our own technical fields are nobody's answer."""
    return {**(form.mapping or {}), **dict.fromkeys(OWN_FIELDS, "ignored")}


def _inbound(submission: FormSubmission, form: WebForm, signal: Signal, place: int) -> Inbound:
    own = submission.external_id or f"{signal.key}:{place}"
    return Inbound(
        channel=form.channel,
        person=_person(submission, own),
        provider_id=f"form:{form.pk}:{_short(own)}",
        sent_at=signal.received_at,
        kind="marketplace" if submission.source in MARKETPLACES else "form",
        text=submission.message,
        answers=_answers(submission),
        details={"utm": submission.utm, "needs_fetch": submission.needs_fetch},
        signal=signal,
        opens_window=False,
        files=_uploads(submission, is_signed=bool(form.secret)),
    )


def _uploads(submission: FormSubmission, *, is_signed: bool) -> tuple[Announced, ...]:
    """The uploads of a form. What nobody signed may name any address: a person asks for it."""
    return tuple(
        Announced(name=_name_in(url), url=url, is_proven=is_signed) for url in submission.uploads
    )


def _name_in(url: str) -> str:
    """The last piece of an address's path, as people wrote it."""
    try:
        return unquote(urlsplit(url).path).rstrip("/").rpartition("/")[2] or "file"
    except ValueError:
        return "file"


def _short(text: str) -> str:
    return text if len(text) <= 200 else hashlib.sha256(text.encode()).hexdigest()


def _person(submission: FormSubmission, key: str) -> Person:
    email = next(iter(submission.emails), "").lower()
    return Person(name=submission.name, email=email[:254], key=_short(key))


def _answers(submission: FormSubmission) -> dict[str, Any]:
    answers = {
        "name": submission.name,
        "company": submission.company,
        "emails": [email.lower() for email in submission.emails],
        "phones": list(submission.phones),
        "city": submission.city,
        "country": submission.country,
        "product": submission.product,
        "source": submission.source,
        "consent": submission.consent,
        "is_test": submission.is_test,
        "fields": {
            name: value for name, value in submission.fields.items() if name not in OWN_FIELDS
        },
    }
    return json.loads(json.dumps(answers))


READERS = {"web_form": read_form}

"""Capture: what a message is, before anything is understood of it."""

from dataclasses import dataclass, field
from typing import Any

from leads.normalize.candidate import Candidate
from messaging.models import Message
from messaging.models.channels import ChannelKind

CHANNEL_VERSION = "1"
PROFILE_NAME = 0.6  # a name chosen in WhatsApp may be anything
LONGEST_EMAIL = 254  # characters (RFC 5321)
STATED = 0.97  # answered in a field made for it


@dataclass(frozen=True, kw_only=True)
class Enquiry:
    """One message with what its channel knows for certain."""

    message: Message
    text: str
    region: str  # ISO country of the branch, for national numbers
    stated: list[Candidate] = field(default_factory=list)
    is_test: bool = False
    source: str = ""


def read_enquiry(message: Message) -> Enquiry:
    """Return the enquiry of a message whose conversation, channel and branch are loaded."""
    conversation = message.conversation
    answers = message.answers or {}
    return Enquiry(
        message=message,
        text=text_of(message),
        region=conversation.branch.phone_region,
        stated=[*_from_channel(message), *_from_answers(answers)],
        is_test=bool(answers.get("is_test")),
        source=_source(message),
    )


def text_of(message: Message) -> str:
    """Return what is read of a message: its subject, when the text lacks it, then the text.

    Offsets of extracted fields count characters of this text.
    """
    subject = message.subject if message.subject and message.subject not in message.text else ""
    return f"{subject}\n{message.text}" if subject else message.text


def _source(message: Message) -> str:
    referral = (message.details or {}).get("referral") or {}
    headline = referral.get("headline") if isinstance(referral, dict) else ""
    named = headline or (message.answers or {}).get("source") or message.conversation.channel.name
    return str(named)[:120]


def _from_channel(message: Message) -> list[Candidate]:
    conversation = message.conversation
    is_own_phone = conversation.kind == ChannelKind.WHATSAPP
    found = []
    if conversation.phone and is_own_phone:
        found.append(_candidate("phone", conversation.phone, 1.0, "channel"))
    if conversation.email:
        found.append(_candidate("email", conversation.email, 0.99, "channel"))
    if conversation.name:
        found.append(_candidate("person_name", conversation.name, PROFILE_NAME, "channel"))
    return found


def _from_answers(answers: dict[str, Any]) -> list[Candidate]:
    found = []
    for name, field_name in (("name", "person_name"), ("company", "company")):
        if value := str(answers.get(name) or "").strip():
            found.append(_candidate(field_name, value[:200], STATED, "form"))
    emails = dict.fromkeys(
        str(value).strip().lower() for value in (answers.get("email"), *_many(answers, "emails"))
    )
    found += [
        _candidate("email", value, STATED, "form")
        for value in emails
        if "@" in value and len(value) <= LONGEST_EMAIL
    ]
    found += [
        _candidate("phone", str(value)[:80], STATED, "form") for value in _many(answers, "phones")
    ]
    return found


def _many(answers: dict[str, Any], name: str) -> list[Any]:
    values = answers.get(name)
    return values[:20] if isinstance(values, list) else []


def _candidate(name: str, value: str, confidence: float, extractor: str) -> Candidate:
    return Candidate(name, value, value, confidence, None, None, extractor, CHANNEL_VERSION)

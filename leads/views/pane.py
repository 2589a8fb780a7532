"""What the page of one lead shows: messages, fields, readings, the decision, history."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Activity, User
from accounts.words import verb_label
from leads import permissions
from leads.capture.enquiry import text_of
from leads.interpret import sentence as reading_sentence
from leads.models import ExtractedField, Lead, RoutingDecision, StageResult
from leads.route.reasons import ICONS, sentence
from leads.words import (
    FIELDS,
    LANGUAGES,
    STATUS_TONES,
    readable,
    reject_reason,
    rule_label,
    seen_label,
)
from messaging.errors import AddressBounced
from messaging.models import Message
from messaging.services.bounced import held_address
from messaging.services.obstacles import WINDOW, obstacle_to, words_of

from .evidence import Segment, certainty, segments
from .reach import duplicates_of
from .values import ShownField, contact, shown_fields

MOST_MESSAGES = 30
MOST_STEPS = 20
STAMPED = ("pk", "status", "details__files")
FIRST_STEPS = 6  # shown with the lead; the others when asked for
TICKS = {
    Message.Status.QUEUED: "clock",
    Message.Status.SENDING: "clock",
    Message.Status.UNKNOWN: "help-circle",
    Message.Status.SENT: "check",
    Message.Status.DELIVERED: "checks",
    Message.Status.READ: "checks",
    Message.Status.FAILED: "alert-circle",
}


@dataclass(kw_only=True)
class ShownMessage:
    """One message with its marked text."""

    message: Message
    segments: list[Segment]
    media: list[str] = field(default_factory=list)
    advert: str = ""
    tick: str = ""


def thread_of(lead: Lead, fields: Sequence[ExtractedField]) -> list[ShownMessage]:
    """The lead's messages and our answers since it came, newest first."""
    newest = _messages(lead).select_related("author")[:MOST_MESSAGES]
    return [
        _shown(row, [found for found in fields if found.message_id == row.pk]) for row in newest
    ]


def _messages(lead: Lead) -> QuerySet[Message]:
    ours = Q(conversation=lead.conversation_id, direction=Message.Direction.OUT)
    since = Q(created_at__gte=lead.received_at) | Q(sent_at__gte=lead.received_at)
    rows = Message.objects.filter(Q(lead_link__lead=lead) | (ours & since))
    return rows.order_by("-sent_at", "-pk")


def _shown(message: Message, fields: Sequence[ExtractedField]) -> ShownMessage:
    details = message.details if isinstance(message.details, dict) else {}
    referral = details.get("referral")
    advert = str(referral.get("headline") or "") if isinstance(referral, dict) else ""
    return ShownMessage(
        message=message,
        segments=segments(text_of(message), fields),
        media=_media(message, details),
        advert=advert[:200],
        tick=TICKS.get(Message.Status(message.status), "") if message.direction == "out" else "",
    )


def _media(message: Message, details: dict[str, Any]) -> list[str]:
    """Names of what was attached; the files themselves stay with the provider."""
    found = details.get("media") or details.get("attachments") or []
    items = found if isinstance(found, list) else [found]
    names = [_name(item, message.kind) for item in items[:10] if isinstance(item, dict)]
    is_media = message.kind in {"image", "audio", "video", "document", "sticker", "voice"}
    return names or ([message.kind] if is_media else [])


def _name(item: dict[str, Any], kind: str) -> str:
    return str(item.get("name") or item.get("type") or kind)[:80]  # mails say a part's type


def stamp_of(lead: Lead) -> str:
    """A short text that changes when the thread does: a message, or what became of one of ours."""
    return stamp_of_thread(_messages(lead).values_list(*STAMPED)[:MOST_MESSAGES])


def stamp_of_thread(rows: Iterable[tuple[int, str, Any]]) -> str:
    """The stamp of the messages as they are shown: number, status and files, newest first."""
    return f"{crc32(repr(list(rows)).encode()):x}"


def _stamped(message: Message) -> tuple[int, str, Any]:
    details = message.details if isinstance(message.details, dict) else {}
    return message.pk, message.status, details.get("files")


def pane_of(lead: Lead, user: User) -> dict[str, Any]:
    """Everything about one lead, in a bounded number of queries."""
    fields = list(lead.fields.select_related("decided_by"))
    thread = thread_of(lead, fields)
    history = history_of(lead)
    return {
        "lead": lead,
        "phone": contact(user, "phone", lead.phone),
        "tel": lead.phone if user.sees_field("customers.phone") == "visible" else "",
        "email": contact(user, "email", lead.email),
        "thread": thread,
        "stamp": stamp_of_thread(_stamped(shown.message) for shown in thread),
        "decision": decision_of(lead, user),
        "duplicates": duplicates_of(lead, user),
        "readings": readings_of(lead),
        "history": history[:FIRST_STEPS],
        "hidden_steps": len(history) > FIRST_STEPS,
        "status_tone": STATUS_TONES.get(lead.status, ""),
        "language_label": "" if lead.language == "ar" else LANGUAGES.get(lead.language, ""),
        "close_reason": reject_reason(lead.close_reason),
        **fields_context(lead, user, fields),
        **reply_context(lead),
        **abilities(lead, user),
    }


def fields_context(
    lead: Lead, user: User, fields: Sequence[ExtractedField] | None = None
) -> dict[str, Any]:
    """The list of extracted fields, and how many can be confirmed at once."""
    rows = list(lead.fields.select_related("decided_by")) if fields is None else fields
    shown: list[ShownField] = shown_fields(rows, user)
    names = {row.name for row in rows}
    return {
        "lead": lead,
        "fields": shown,
        "certain_count": sum(
            1 for row in rows if row.state == "suggested" and certainty(row) >= 0.85
        ),
        "missing_fields": [(name, label) for name, label in FIELDS.items() if name not in names],
        "may_change": user.has_perm(permissions.CHANGE) and lead.status in Lead.OPEN,
    }


def reply_context(lead: Lead) -> dict[str, Any]:
    """Whether an answer can be written now, until when, else why not; the key that sends it once."""
    conversation = lead.conversation
    last = conversation.last_inbound_at if conversation else None
    obstacle = obstacle_to(conversation) if conversation else None
    is_open = conversation is not None and obstacle is None
    closes = last + WINDOW if last and conversation and conversation.kind == "whatsapp" else None
    return {
        "may_reply": is_open,
        "no_reply_because": words_of(obstacle) if obstacle else "",
        "held": held_address(conversation) if conversation and obstacle is AddressBounced else None,
        "window_closes": closes if is_open else None,
        "reply_key": uuid.uuid4().hex,
    }


def abilities(lead: Lead, user: User) -> dict[str, Any]:
    """What this person may do with the lead as it stands."""
    may_change = user.has_perm(permissions.CHANGE)
    return {
        "is_open": lead.status in Lead.OPEN,
        "is_new": lead.status in (Lead.Status.NEW, Lead.Status.SNOOZED),
        "may_change": may_change,
        "may_assign": user.has_perm(permissions.ASSIGN),
        "may_convert": user.has_perm(permissions.CONVERT),
        "is_waiting_for_reply": lead.first_reply_at is None and lead.status == Lead.Status.NEW,
        "now": timezone.now(),
    }


def decision_of(lead: Lead, user: User) -> dict[str, Any] | None:
    """The routing decision that explains who has the lead, in words."""
    rows = RoutingDecision.objects.explaining(lead).select_related("person", "rule", "team")
    decision = rows.first()
    if decision is None:
        return None
    others = [person for person in decision.candidates if person.get("id") != decision.person_id]
    names = _shown_names([person.get("id") for person in others[:3]], user)
    return {
        "row": decision,
        "percent": round(decision.confidence * 100),
        "rule_label": rule_label(decision.rule_name),
        "version_label": f"v{decision.rule_version}",
        "reasons": [
            {
                "text": sentence(readable(reason)),
                "icon": ICONS.get(str(reason.get("code")), "info-circle"),
                "weight": reason.get("weight") or 0,
            }
            for reason in decision.reasons
        ],
        "others": [
            {**person, "name": names.get(person.get("id"), person.get("name"))}
            for person in others[:3]
        ],
    }


def _shown_names(ids: list[Any], user: User) -> dict[Any, str]:
    """Names of the people whom the decision weighed, as the reader's language writes them."""
    people = User.objects.visible_to(user).filter(pk__in=ids) if ids else User.objects.none()
    return {person.pk: person.shown_name for person in people}


def readings_of(lead: Lead) -> dict[str, Any]:
    """The newest interpretation: value, percent and reasons by name."""
    stage = StageResult.objects.filter(lead=lead, stage="interpret").order_by("pk").first()
    result = stage.result if stage else {}
    return {
        name: {
            **reading,
            "percent": round(float(reading.get("confidence") or 0) * 100),
            "reasons": [reading_sentence(reason) for reason in reading.get("reasons", [])],
        }
        for name, reading in result.items()
        if isinstance(reading, dict)
    }


def history_of(lead: Lead) -> list[dict[str, Any]]:
    """The steps of the lead, automatic ones with their reason, newest first."""
    rows = Activity.objects.about(lead).select_related("actor")[:MOST_STEPS]
    return [
        {
            "row": row,
            "what": verb_label(row.verb),
            "seen": [seen_label(str(seen)) for seen in row.reason.get("evidence", ())],
        }
        for row in rows
    ]

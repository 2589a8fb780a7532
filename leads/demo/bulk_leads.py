"""More leads than the pipeline has to understand: copies of understood ones with new people.

Each has its conversation, message, log and decision, so that its page shows what any page shows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from psycopg.types.json import Jsonb

from accounts.models import CompanySettings, User
from accounts.services.numbers import next_numbers
from customers.services.names import keys_of
from exchange.copying import copy_rows, draw_ids
from leads.models import Lead, LeadMessage, RoutingDecision
from leads.services.intake import LEAD_SEQUENCE
from messaging.models import Channel, Conversation, Message

from .company import Company
from .copying import analyze
from .customers import SEED
from .enquiries import Template, Written, write
from .leads import key_of
from .payloads import signal_keys
from .rules import CATCH_ALL
from .senders import Cast, gather

BATCH = 5_000
MONTHS_BACK = timedelta(days=365)
YOUNGEST = timedelta(days=15)  # what is newer came through the pipeline
REASON = {"code": "catch_all", "weight": 5, "params": {}}
STATUSES = ("converted",) * 5 + ("rejected",) * 6 + ("accepted", "qualified")
READ_COLUMNS = ("intent", "urgency", "language", "tone", "spam_score", "score", "product")
LEAD_COLUMNS = (
    "id", "code", "branch", "owner", "conversation", "channel", "source", "status", "name",
    "company", "phone", "email", "country", "city", "region", "currency", "unit", "specs",
    *READ_COLUMNS,
    "excerpt", "is_test", "name_keys", "version", "received_at", "last_message_at", "assigned_at",
    "first_reply_at", "accepted_at", "closed_at", "close_reason",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What the leads of one run refer to."""

    cast: Cast
    owners: dict[str, list[User]]  # by branch code
    models: dict[int, Lead]  # an understood lead of each text, by its place
    places: list[int]
    prefix: str
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Made:
    """One lead to be."""

    index: int
    lead_id: int
    conversation_id: int
    message_id: int
    code: str
    written: Written
    channel: Channel
    model: Lead
    owner: User
    status: str
    at: datetime


def add_leads(
    company: Company, wanted: int, *, first: int, progress: Callable[[int], None]
) -> None:
    """Bring the demo's leads up to `wanted`; those below `first` came through the pipeline."""
    start = max(first, _next_index(first))
    if start >= wanted:
        return
    frame = _frame(company)
    for begin in range(start, wanted, BATCH):
        batch = range(begin, min(begin + BATCH, wanted))
        with transaction.atomic():
            _add_batch(frame, batch)
        progress(len(batch))
    analyze(Lead, Conversation, Message, LeadMessage, RoutingDecision)


def _next_index(first: int) -> int:
    """Numbers are given in order, so the highest one that is there tells how many there are."""
    rows = Message.objects.filter(provider_id__startswith="demo-bulk-").order_by("-pk")
    newest = rows.values_list("provider_id", flat=True).first()
    return int(newest.rsplit("-", 1)[1]) + 1 if newest else first


def _frame(company: Company) -> Frame:
    cast = gather(company)
    count = len(cast.templates)
    names = {name: place for place in range(count) for name in signal_keys(key_of(place))}
    firsts = LeadMessage.objects.filter(message__signal__key__in=names, is_first=True)
    understood = firsts.annotate(signal_key=F("message__signal__key")).select_related("lead")
    models = {names[link.signal_key]: link.lead for link in understood}
    return Frame(
        cast=cast,
        owners={code: company.sales_of(code) for code in company.branches},
        models=models,
        places=sorted(models),
        prefix=CompanySettings.current().lead_prefix,
        now=timezone.now(),
    )


def _add_batch(frame: Frame, batch: range) -> None:
    numbers = next_numbers(LEAD_SEQUENCE, len(batch))
    ids = zip(
        batch,
        draw_ids(Lead, len(batch)),
        draw_ids(Conversation, len(batch)),
        draw_ids(Message, len(batch)),
        numbers,
        strict=True,
    )
    made = [_make(frame, *row) for row in ids]
    copy_rows(
        Conversation,
        ("id", "channel", "kind", "branch", "owner", "person", "name", "phone", "email", "bsuid",
         "username", "last_inbound_at", "last_message_at", "created_at"),
        map(_conversation, made),
    )  # fmt: skip
    copy_rows(
        Message,
        ("id", "conversation", "direction", "provider_id", "kind", "subject", "text", "full_text",
         "html", "answers", "details", "reply_to", "status", "status_times", "error",
         "is_automatic", "sent_at", "created_at"),
        map(_message, made),
    )  # fmt: skip
    copy_rows(Lead, LEAD_COLUMNS, map(_lead, made))
    links = ((one.lead_id, one.message_id, True) for one in made)
    copy_rows(LeadMessage, ("lead", "message", "is_first"), links)
    copy_rows(
        RoutingDecision,
        ("lead", "rule_name", "rule_version", "person", "candidates", "reasons", "confidence",
         "at"),
        map(_decision, made),
    )  # fmt: skip


def _make(
    frame: Frame, index: int, lead_id: int, conversation_id: int, message_id: int, number: int
) -> Made:
    random = Random(SEED * 7 + index)
    place = random.choice(frame.places)
    template: Template = frame.cast.templates[place]
    branch = "riyadh" if random.random() < 0.64 else "jeddah"
    if (template.channel, branch) not in frame.cast.channels:
        branch = "riyadh"
    is_junk = frame.models[place].intent in ("spam", "job", "partnership")
    return Made(
        index=index,
        lead_id=lead_id,
        conversation_id=conversation_id,
        message_id=message_id,
        code=f"{frame.prefix}{number:05d}",
        written=write(template, branch, index, random),
        channel=random.choice(frame.cast.channels[template.channel, branch]),
        model=frame.models[place],
        owner=random.choice(frame.owners[branch]),
        status="rejected" if is_junk else random.choice(STATUSES),
        at=frame.now - YOUNGEST - MONTHS_BACK * random.random(),
    )


def _conversation(one: Made) -> tuple[object, ...]:
    sender = one.written.sender
    is_chat = one.channel.kind == "whatsapp"
    phone, email = (sender.phone, "") if is_chat else ("", sender.email)
    person = f"phone:{phone}" if is_chat else f"email:{email}"
    return (
        one.conversation_id, one.channel.pk, one.channel.kind, one.channel.branch_id, one.owner.pk,
        f"{person}:{one.index}" if not is_chat else person, sender.name, phone, email, "", "",
        one.at if is_chat else None, one.at, one.at,
    )  # fmt: skip


def _message(one: Made) -> tuple[object, ...]:
    channel = one.written.template.channel
    kind = {"whatsapp": "text", "web_form": "form"}.get(channel, channel)
    return (
        one.message_id, one.conversation_id, "in", f"demo-bulk-{one.index:07d}", kind,
        one.written.subject, one.written.text, "", "", Jsonb({}), Jsonb({}), "", "received",
        Jsonb({}), "", False, one.at, one.at,
    )  # fmt: skip


def _lead(one: Made) -> tuple[object, ...]:
    sender, model = one.written.sender, one.model
    company = sender.company if one.written.template.who == "c" else ""
    is_closed = one.status in ("converted", "rejected")
    reason = "spam" if model.intent == "spam" else "no_answer"
    return (
        one.lead_id, one.code, one.channel.branch_id, one.owner.pk, one.conversation_id,
        one.written.template.channel, one.channel.name, one.status, sender.name, company,
        sender.phone, "" if one.channel.kind == "whatsapp" else sender.email, "SA",
        "Riyadh" if sender.branch == "riyadh" else "Jeddah", sender.district, "", "", "",
        *(getattr(model, name) for name in READ_COLUMNS),
        " ".join(one.written.text.split())[:300], False, _keys(sender.name, company), 1,
        one.at, one.at, one.at, one.at + timedelta(minutes=9), one.at + timedelta(minutes=4),
        one.at + timedelta(days=2) if is_closed else None,
        reason if one.status == "rejected" else "",
    )  # fmt: skip


def _decision(one: Made) -> tuple[object, ...]:
    return (
        one.lead_id,
        CATCH_ALL[one.written.sender.branch],
        1,
        one.owner.pk,
        Jsonb([]),
        Jsonb([REASON]),
        0.7,
        one.at,
    )


@lru_cache(maxsize=50_000)
def _keys(person: str, company: str) -> list[str]:
    return keys_of(person=person, company=company)

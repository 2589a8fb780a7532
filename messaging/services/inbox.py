"""Messages in: one per provider id, in the conversation of their person."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from messaging.gateways.email.answering import OTHER_SENDER
from messaging.models import Channel, Conversation, Message, Signal

from .former import Writer, conversations_left_by
from .numbers import follow_person
from .persons import Person
from .received import FILES, Announced, chips_of, expect_files
from .statuses import tell_delivery

Place = tuple[int, str]  # channel and person; or JOINED and the conversation
JOINED = 0
LEARNT = ["last_message_at", "last_inbound_at", "name", "phone", "bsuid", "username"]


@dataclass(frozen=True, kw_only=True)
class Inbound:
    """One message from outside, the same for every channel."""

    channel: Channel
    person: Person
    provider_id: str
    sent_at: datetime | None = None
    kind: str = "text"
    text: str = ""
    full_text: str = ""
    html: str = ""
    subject: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    reply_to: str = ""
    signal: Signal | None = None
    opens_window: bool = True
    is_enquiry: bool = True  # False: stored, but no reason to open a lead (reaction, bounce …)
    is_outbound: bool = False  # written by us elsewhere (the owner's phone)
    is_automatic: bool = False
    joins: int | None = None  # the conversation whose message it answers, whoever wrote it
    is_answer: bool = False  # a person of ours wrote it in the phone app: it answers who waits
    files: Sequence[Announced] = ()  # what came with it; fetched by a job
    moved_to: Person | None = None  # WhatsApp says that this person has another number or id now


def store_messages(found: Sequence[Inbound]) -> list[Message]:
    """Store what is new, in the caller's transaction; return the enquiries of these signals.

    Answers written elsewhere and changes of number are returned too: leads hear of them.
    A signal that is read again returns its known messages too, so that one which made no lead the
    first time is taken up again; who takes messages in skips those that are done.
    """
    fresh = _without_known(found)
    for stretch in _stretches(fresh):
        _store(stretch)
    wanted = {inbound.provider_id for inbound in found if _concerns_leads(inbound)}
    ours = {inbound.signal.pk for inbound in found if inbound.signal}
    new = {inbound.provider_id for inbound in fresh}
    stored = Message.objects.filter(provider_id__in=wanted)
    rows = stored.filter(Q(signal__in=ours) | Q(signal=None, provider_id__in=new))
    return list(rows.order_by("sent_at", "pk"))


def _concerns_leads(inbound: Inbound) -> bool:
    has_new_number = inbound.moved_to is not None and bool(inbound.moved_to.phone)
    return inbound.is_enquiry or inbound.is_answer or has_new_number


def _stretches(fresh: Iterable[Inbound]) -> Iterator[list[Inbound]]:
    """The messages up to each change of number: what follows comes from the new one."""
    stretch: list[Inbound] = []
    for inbound in fresh:
        stretch.append(inbound)
        if inbound.moved_to:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def _store(fresh: Sequence[Inbound]) -> None:
    conversations, left = _conversations(fresh)
    fresh = [_from_left(one, conversations) if _place(one) in left else one for one in fresh]
    made = [_message(inbound, conversations[_place(inbound)]) for inbound in fresh]
    Message.objects.bulk_create(made, ignore_conflicts=True)
    expect_files({one.provider_id: one.files for one in fresh if one.files})
    _touch(fresh, conversations)
    tell_delivery({conversations[_place(one)] for one in fresh if one.is_outbound})
    last = fresh[-1]
    if last.moved_to:
        row, was_left = conversations[_place(last)], bool(last.joins)
        follow_person(row, last.moved_to, at=_moment(last), was_left=was_left)


def _from_left(inbound: Inbound, conversations: dict[Place, Conversation]) -> Inbound:
    """The message as one that joins from a number or id that its person has left."""
    row, phone = conversations[_place(inbound)], inbound.person.phone
    details = inbound.details
    if phone and phone != row.phone and not inbound.is_outbound and not inbound.moved_to:
        details = {**details, OTHER_SENDER: {"phone": phone}}
    return replace(inbound, joins=row.pk, opens_window=False, details=details)


def _without_known(found: Sequence[Inbound]) -> list[Inbound]:
    by_id = {inbound.provider_id: inbound for inbound in reversed(found)}
    known = set(Message.objects.filter(provider_id__in=by_id).values_list("provider_id", flat=True))
    return [inbound for key, inbound in reversed(by_id.items()) if key not in known]


def _place(inbound: Inbound) -> Place:
    if inbound.joins:
        return JOINED, str(inbound.joins)
    return inbound.channel.pk, inbound.person.identity


def _conversations(
    found: Iterable[Inbound],
) -> tuple[dict[Place, Conversation], set[Place]]:
    """Find or make the conversation of every message, and hold them until the end.

    Also the places of those who wrote from what they have left: they joined their conversation.
    """
    wanted = {_place(inbound): inbound for inbound in sorted(found, key=_place)}
    placed = _known(wanted)
    missing = {place: inbound for place, inbound in wanted.items() if place not in placed}
    left = conversations_left_by({place: _writer(one) for place, one in missing.items()})
    placed.update(left)
    placed.update({(JOINED, str(row.pk)): row for row in left.values()})
    missing = {place: inbound for place, inbound in missing.items() if place not in left}
    if missing:
        new = {_person_of(inbound): inbound for inbound in missing.values()}
        Conversation.objects.bulk_create(map(_conversation, new.values()), ignore_conflicts=True)
        placed.update(_known(missing))
    return placed, set(left)


def _writer(inbound: Inbound) -> Writer:
    return Writer(channel_id=inbound.channel.pk, person=inbound.person, at=_moment(inbound))


def _person_of(inbound: Inbound) -> tuple[int, str]:
    """One person who writes with and without a BSUID in the same batch is one conversation."""
    return inbound.channel.pk, inbound.person.phone or inbound.person.identity


def _known(wanted: dict[Place, Inbound]) -> dict[Place, Conversation]:
    """The conversations that exist: by BSUID, else by key, else by phone.

    They are locked, always in the same order, so that parallel readers neither overwrite what the
    other has just learnt nor wait in a circle.
    """
    joined = [int(number) for place, number in wanted if place == JOINED]
    people = [one.person for (place, _key), one in wanted.items() if place != JOINED]
    theirs = Q(
        Q(person__in=[person.identity for person in people])
        | Q(bsuid__in=[person.bsuid for person in people if person.bsuid])
        | Q(phone__in=[person.phone for person in people if person.phone]),
        channel__in={channel for channel, _identity in wanted if channel != JOINED},
    )
    rows = Conversation.objects.filter(theirs | Q(pk__in=joined) if joined else theirs)
    rows = rows.order_by("-pk").select_for_update(no_key=True)
    found: dict[tuple[int, str, str], Conversation] = {}
    for row in rows:
        found[JOINED, "joined", str(row.pk)] = row
        found[row.channel_id, "person", row.person] = row
        if row.bsuid:
            found[row.channel_id, "bsuid", row.bsuid] = row
        if row.phone:
            found[row.channel_id, "phone", row.phone] = row
    placed = {}
    for (channel, identity), inbound in wanted.items():
        person = inbound.person
        row = (
            found.get((channel, "joined", identity))
            or found.get((channel, "bsuid", person.bsuid))
            or found.get((channel, "person", identity))
            or found.get((channel, "phone", person.phone))
        )
        if row:
            placed[channel, identity] = row
    return placed


def _conversation(inbound: Inbound) -> Conversation:
    person, at = inbound.person, _moment(inbound)
    return Conversation(
        channel=inbound.channel,
        kind=inbound.channel.kind,
        branch_id=inbound.channel.branch_id,
        person=person.identity,
        name=person.name[:200],
        phone=person.phone[:20],
        email=person.email[:254],
        bsuid=person.bsuid[:140],
        username=person.username[:80],
        last_message_at=at,
        last_inbound_at=at if _opens_window(inbound) else None,
    )


def _moment(inbound: Inbound) -> datetime:
    """When it was written; a clock that runs ahead would keep the window open."""
    now = timezone.now()
    return min(inbound.sent_at or now, now)


def _opens_window(inbound: Inbound) -> bool:
    return inbound.opens_window and not inbound.is_outbound


def _message(inbound: Inbound, conversation: Conversation) -> Message:
    is_out = inbound.is_outbound
    return Message(
        conversation=conversation,
        direction=Message.Direction.OUT if is_out else Message.Direction.IN,
        status=Message.Status.SENT if is_out else Message.Status.RECEIVED,
        provider_id=inbound.provider_id,
        signal=inbound.signal,
        kind=inbound.kind[:30],
        subject=inbound.subject[:300],
        text=inbound.text,
        full_text=inbound.full_text,
        html=inbound.html,
        answers=inbound.answers,
        details={**inbound.details, **({FILES: chips_of(inbound.files)} if inbound.files else {})},
        reply_to=inbound.reply_to[:300],
        is_automatic=inbound.is_automatic,
        sent_at=_moment(inbound),
    )


def _touch(found: Iterable[Inbound], conversations: dict[Place, Conversation]) -> None:
    """Move the conversations' clocks, and learn names and numbers that were not known.

    Who joined by an answer may be somebody else: nothing is learnt of the person from them.
    """
    changed: dict[int, Conversation] = {}
    for inbound in found:
        row, person, at = conversations[_place(inbound)], inbound.person, _moment(inbound)
        before = [getattr(row, name) for name in LEARNT]
        row.last_message_at = max(row.last_message_at, at)
        if _opens_window(inbound):
            row.last_inbound_at = max(row.last_inbound_at or at, at)
        if not inbound.joins:
            row.name = row.name or person.name[:200]
            row.phone = row.phone or person.phone[:20]
            row.bsuid = row.bsuid or person.bsuid[:140]
            row.username = person.username[:80] or row.username
        if before != [getattr(row, name) for name in LEARNT]:
            changed[row.pk] = row
    Conversation.objects.bulk_update(changed.values(), LEARNT)

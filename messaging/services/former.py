"""Numbers and user ids that a person has left, and to whom what comes from them belongs.

A message from an old number after a recorded change is nearly always the same person: it was on its
way when they changed, or an old phone still sends. So it joins their conversation, and no second
lead is opened. Networks give a number to somebody else some months after it was left, and then
joining would be wrong. Hence it is somebody else's, and begins a conversation of its own, as soon as

- another conversation or another customer of the branch has the number,
- somebody of ours has removed the number from the customer,
- the message names a user id that was never theirs: WhatsApp gives each account its own, and
- without any user id, when it was written later than a number is kept free (SAFE).

What joins wrongly all the same does little harm, because it joins inward only: an answer goes to the
person's present number or id, never to the old one; nothing is learnt of the person, the 24 hours do
not begin anew, and the message says that it came from the former number. A user id is never given to
anybody else, so what comes from an old one is theirs for good.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from customers.models import ContactPoint
from messaging.models import Conversation, FormerIdentity

from .persons import Person

Place = TypeVar("Place")  # how the caller names a writer
SAFE = timedelta(days=90)  # no network gives a number away before


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Who wrote on which channel, and when."""

    channel_id: int
    person: Person
    at: datetime

    @property
    def identities(self) -> list[str]:
        """The user id first: it is surer than a number."""
        return _identities(phone=self.person.phone, bsuid=self.person.bsuid)


def _identities(*, phone: str, bsuid: str) -> list[str]:
    ids = [Person(bsuid=bsuid).identity] if bsuid else []
    return [*ids, Person(phone=phone).identity] if phone else ids


def leave_behind(conversation: Conversation, *, at: datetime, phone: str, bsuid: str) -> None:
    """Remember what a conversation is known by no more; "" for what stays."""
    for identity in _identities(phone=phone, bsuid=bsuid):
        FormerIdentity.objects.update_or_create(
            conversation=conversation,
            channel_id=conversation.channel_id,
            identity=identity,
            defaults={"left_at": at},
        )


def last_phone_of(conversation: Conversation) -> str:
    """Return the number that the conversation has, or had last."""
    rows = conversation.former_identities.filter(identity__startswith="phone:")
    newest = rows.order_by("-left_at", "-pk").values_list("identity", flat=True).first() or ""
    return conversation.phone or newest.removeprefix("phone:")


def conversations_left_by(writers: Mapping[Place, Writer]) -> dict[Place, Conversation]:
    """Return the conversations, locked, of those who write from a former number or id of theirs.

    One query where nobody does.
    """
    wanted = {identity for writer in writers.values() for identity in writer.identities}
    if not wanted:
        return {}
    channels = {writer.channel_id for writer in writers.values()}
    rows = FormerIdentity.objects.filter(channel__in=channels, identity__in=wanted)
    by_key: dict[tuple[int, str], FormerIdentity] = {
        (row.channel_id, row.identity): row for row in rows.order_by("left_at", "pk")
    }
    if not by_key:
        return {}
    locked = Conversation.objects.select_for_update(no_key=True).order_by("-pk")
    conversations = locked.in_bulk({row.conversation_id for row in by_key.values()})
    found: dict[Place, Conversation] = {}
    for place, writer in writers.items():
        keys = [(writer.channel_id, identity) for identity in writer.identities]
        if row := next((by_key[key] for key in keys if key in by_key), None):
            conversation = conversations[row.conversation_id]
            if _is_theirs(row, conversation, writer):
                found[place] = conversation
    return found


def _is_theirs(row: FormerIdentity, conversation: Conversation, writer: Writer) -> bool:
    """Whether nobody else has what was left; see the module's own words."""
    if not row.identity.startswith("phone:") or writer.at <= row.left_at:
        return True
    bsuid, ids = writer.person.bsuid, _ids_of(conversation)
    if bsuid and ids:
        return Person(bsuid=bsuid).identity in ids
    if writer.at - row.left_at > SAFE:
        return False
    return not _is_claimed(row.identity.removeprefix("phone:"), conversation)


def _ids_of(conversation: Conversation) -> set[str]:
    """All user ids that the person has had, as far as we know."""
    rows = conversation.former_identities.filter(identity__startswith="bsuid:")
    ids = set(rows.values_list("identity", flat=True))
    return ids | set(_identities(phone="", bsuid=conversation.bsuid))


def _is_claimed(phone: str, conversation: Conversation) -> bool:
    """Whether the number is another customer's, or was taken away from this one."""
    points = ContactPoint.objects.filter(
        kind=ContactPoint.Kind.PHONE,
        value=phone,
        customer__branch=conversation.branch_id,
        customer__archived_at=None,
    )
    known = list(points.values_list("customer_id", "removed_at")[:20])
    own = [removed_at for customer, removed_at in known if customer == conversation.customer_id]
    if own:
        return own[0] is not None
    return any(removed_at is None for _customer, removed_at in known)

"""A person's new WhatsApp number or user id: the conversation follows it.

WhatsApp itself says so (system messages `user_changed_number` and `user_changed_user_id`, Cloud API
reference of August 2026; before that the field `user_id_update`): it is the same person. Their
customer gets a new number as one more. Nothing that is known is replaced: the old number stays with
the customer, and the new one can be removed there like any other.
"""

from datetime import datetime

from django.db.models import Q

from accounts.services import Notice, Reason, notify, record
from customers.errors import PointExists
from customers.masking import PHONE, shown_phone
from customers.models import Consent, ContactPoint, Customer
from customers.services import Statement, record_consent
from customers.services.points import NewPoint, add_point
from messaging.models import Conversation, Message

from .former import last_phone_of, leave_behind
from .persons import Person

CHANGED, ID_CHANGED = "conversation.number_changed", "conversation.user_id_changed"
NEW_NUMBER = "new_number"  # in the details of the notice: the number as E.164


def follow_person(
    conversation: Conversation, person: Person, *, at: datetime, was_left: bool = False
) -> None:
    """Let a locked conversation be with the person's new number or id, in the caller's transaction.

    Who has written from the new one before has a conversation there: it stays one of its own, but
    of the same customer, unless it has one. A number that is another customer's stays theirs alone:
    the owner is told, and decides whether the two are one. Twice is once. Where only an id is told,
    the number that was known is not theirs any more: WhatsApp makes a new id with a new number.
    `was_left` says that the notice came from what was left already: it adds a number to the id that
    is known, else it is older than what we know.
    """
    has_new_number = bool(person.phone) and person.phone != conversation.phone
    has_new_id = bool(person.bsuid) and person.bsuid != conversation.bsuid
    if not (has_new_number or has_new_id):
        return
    if was_left and (has_new_id or not person.bsuid):
        return
    other = _conversation_of(conversation, person)
    is_anothers = _is_anothers(conversation, other, person.phone)
    before, before_id = last_phone_of(conversation), conversation.bsuid
    if other is None:
        _move(conversation, person, at=at)
    elif not is_anothers:
        _share_customer(conversation, other)
    if has_new_number:
        _record(conversation, CHANGED, "phone", before, person.phone)
    else:
        _record(conversation, ID_CHANGED, "user_id", before_id, person.bsuid)
    customer = conversation.customer
    if customer is None or not has_new_number:
        return
    if is_anothers or _is_added(customer, person.phone, before=before):
        _tell_owner(conversation, person.phone)


def _move(conversation: Conversation, person: Person, *, at: datetime) -> None:
    """Put the new number and id in place of the old ones, which are remembered as left."""
    phone, bsuid = conversation.phone, conversation.bsuid
    conversation.phone = person.phone[:20]
    conversation.bsuid = person.bsuid[:140]  # a new number has a new user id (facts A2)
    conversation.person = person.identity
    conversation.save(update_fields=["phone", "bsuid", "person"])
    leave_behind(
        conversation,
        at=at,
        phone=phone if phone != conversation.phone else "",
        bsuid=bsuid if bsuid != conversation.bsuid else "",
    )


def _record(conversation: Conversation, verb: str, name: str, before: str, now: str) -> None:
    reason = Reason(rule="whatsapp.number", version="1")
    changes = {name: [masked(before), masked(now)]}
    record(None, verb, conversation, changes=changes, reason=reason)


def new_number_of(message: Message) -> str:
    """Return the number to which a notice says that its person has moved; "" for other messages."""
    details = message.details if isinstance(message.details, dict) else {}
    return str(details.get(NEW_NUMBER) or "")


def masked(phone: str) -> str:
    """A number or user id as the log keeps it (SECURITY.md DP-3)."""
    return f"{phone[:4]}…{phone[-2:]}" if phone else ""


def _conversation_of(conversation: Conversation, person: Person) -> Conversation | None:
    """The conversation that the new number or id has already."""
    theirs = Q(person=person.identity)
    if person.phone:
        theirs |= Q(phone=person.phone)
    if person.bsuid:
        theirs |= Q(bsuid=person.bsuid)
    rows = Conversation.objects.filter(theirs, channel=conversation.channel_id)
    return rows.exclude(pk=conversation.pk).order_by("pk").first()


def _share_customer(conversation: Conversation, other: Conversation) -> None:
    if other.customer_id is None and conversation.customer_id:
        Conversation.objects.filter(pk=other.pk, customer=None).update(
            customer=conversation.customer_id, owner=other.owner_id or conversation.owner_id
        )


def _is_anothers(conversation: Conversation, other: Conversation | None, phone: str) -> bool:
    """Whether the number is known as another customer's than the conversation's."""
    if other and other.customer_id:
        return other.customer_id != conversation.customer_id
    if not phone:
        return False
    points = ContactPoint.objects.in_use().filter(
        kind=ContactPoint.Kind.PHONE,
        value=phone,
        customer__branch=conversation.branch_id,
        customer__archived_at=None,
    )
    customers = set(points.values_list("customer_id", flat=True)[:20])
    return bool(customers) and conversation.customer_id not in customers


def _is_added(customer: Customer, phone: str, *, before: str) -> bool:
    """Add the number to the contacts; False where they have it already."""
    new = NewPoint(kind=ContactPoint.Kind.PHONE, value=phone, has_whatsapp=True)
    try:
        point = add_point(customer, new, actor=None)
    except PointExists:
        return False
    _carry_withdrawals(before, point)
    return True


def _carry_withdrawals(before: str, point: ContactPoint) -> None:
    """Who wanted no messages at the old number wants none at the new one either."""
    entries = Consent.objects.filter(
        customer=point.customer_id, point__kind=ContactPoint.Kind.PHONE, point__value=before
    )
    for entry in entries.order_by("purpose", "-pk").distinct("purpose"):
        if not entry.is_granted:
            same = Statement(
                purpose=entry.purpose,
                is_granted=False,
                source=entry.source,
                evidence=entry.evidence,
            )
            record_consent(point, same, actor=None)


def _tell_owner(conversation: Conversation, phone: str) -> None:
    customer, owner = conversation.customer, conversation.owner
    if customer is None or owner is None:
        return
    notify(
        Notice(
            user=owner,
            kind=CHANGED,
            subject=customer.name,
            detail=shown_phone(phone, owner.sees_field(PHONE)),
            url=customer.get_absolute_url(),
            key=f"{CHANGED}:{conversation.pk}:{phone}",
        )
    )

"""A person's new WhatsApp number: the conversation follows it, their customer gets it as one more.

WhatsApp itself says so (system message `user_changed_number`, Cloud API reference): it is the same
person. Nothing that is known is replaced: the old number stays with the customer, and the new one
can be removed there like any other.
"""

from django.db.models import Q

from accounts.services import Notice, Reason, notify, record
from customers.errors import PointExists
from customers.masking import PHONE, shown_phone
from customers.models import Consent, ContactPoint, Customer
from customers.services import Statement, record_consent
from customers.services.points import NewPoint, add_point
from messaging.models import Conversation, Message

from .persons import Person

CHANGED = "conversation.number_changed"
NEW_NUMBER = "new_number"  # in the details of the notice: the number as E.164


def follow_number(conversation: Conversation, person: Person) -> None:
    """Let a locked conversation be with the person's new number, in the caller's transaction.

    Who has written from the new number before has a conversation there: it stays one of its own,
    but of the same customer, unless it has one. A number that is another customer's stays theirs
    alone: the owner is told, and decides whether the two are one. Twice is once.
    """
    if not person.phone or person.phone == conversation.phone:
        return
    before = conversation.phone
    other = _conversation_of(conversation, person)
    is_anothers = _is_anothers(conversation, other, person.phone)
    if other is None:
        conversation.phone = person.phone[:20]
        conversation.bsuid = person.bsuid[:140]  # a new number has a new user id (facts A2)
        conversation.person = person.identity
        conversation.save(update_fields=["phone", "bsuid", "person"])
    elif not is_anothers:
        _share_customer(conversation, other)
    reason = Reason(rule="whatsapp.number", version="1")
    changes = {"phone": [masked(before), masked(person.phone)]}
    record(None, CHANGED, conversation, changes=changes, reason=reason)
    customer = conversation.customer
    if customer and (is_anothers or _is_added(customer, person.phone, before=before)):
        _tell_owner(conversation, person.phone)


def new_number_of(message: Message) -> str:
    """Return the number to which a notice says that its person has moved; "" for other messages."""
    details = message.details if isinstance(message.details, dict) else {}
    return str(details.get(NEW_NUMBER) or "")


def masked(phone: str) -> str:
    """A number as the log keeps it (SECURITY.md DP-3)."""
    return f"{phone[:4]}…{phone[-2:]}" if phone else ""


def _conversation_of(conversation: Conversation, person: Person) -> Conversation | None:
    """The conversation that the new number has already."""
    theirs = Q(person=person.identity) | Q(phone=person.phone)
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

"""Through which conversation a customer is written to, when it is us who begin."""

from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Branch
from customers.models import ContactPoint, Customer
from messaging.errors import (
    AddressOfAnother,
    ConsentWithdrawn,
    NeverWroteHere,
    NoEmailAddress,
    NoMailbox,
    WindowClosed,
)
from messaging.models import Channel, Conversation
from messaging.models.channels import ChannelKind

from .consent import has_withdrawn
from .delivery import may_reply_now
from .inbox import Person


def conversation_with(customer: Customer, *, channel: str, branch: Branch) -> Conversation:
    """Return the customer's conversation with the branch by WhatsApp or e-mail.

    WhatsApp: where the customer wrote last; nobody may begin there. E-mail: with the customer's
    primary address, a new conversation where there is none. `channel` is a ChannelKind value.
    Errors: NeverWroteHere, WindowClosed, NoEmailAddress, NoMailbox, AddressOfAnother,
    ConsentWithdrawn.
    """
    find = _whatsapp if channel == ChannelKind.WHATSAPP else _email
    conversation = find(customer, branch)
    if has_withdrawn(customer, conversation):
        raise ConsentWithdrawn(field="channel")
    return conversation


def _whatsapp(customer: Customer, branch: Branch) -> Conversation:
    rows = Conversation.objects.filter(
        customer=customer, branch=branch, kind=ChannelKind.WHATSAPP, channel__is_active=True
    )
    points = customer.points.filter(kind=ContactPoint.Kind.PHONE)
    gone = points.exclude(removed_at=None).values("value")  # a number that is theirs no more
    newest = F("last_inbound_at").desc(nulls_last=True)
    found: Conversation | None = (
        rows.exclude(~Q(phone=""), phone__in=gone)
        .select_related("channel")
        .order_by(newest, "-pk")
        .first()
    )
    if found is None:
        raise NeverWroteHere(field="channel")
    if not may_reply_now(found):
        raise WindowClosed(field="channel")
    return found


def _email(customer: Customer, branch: Branch) -> Conversation:
    points = customer.points.in_use().filter(kind=ContactPoint.Kind.EMAIL)
    address = points.values_list("value", flat=True).first()  # the primary one
    if not address:
        raise NoEmailAddress(field="channel")
    rows = Conversation.objects.filter(
        customer=customer, branch=branch, kind=ChannelKind.EMAIL, email=address
    ).filter(channel__is_active=True)
    newest = rows.select_related("channel").order_by("-last_message_at", "-pk")
    return newest.first() or _begin(customer, branch, address)


def _begin(customer: Customer, branch: Branch, address: str) -> Conversation:
    """A conversation by mail that we begin; one that nobody had been linked to becomes theirs."""
    mailboxes = Channel.objects.filter(kind=ChannelKind.EMAIL, branch=branch, is_active=True)
    mailbox = mailboxes.order_by("pk").first()
    if mailbox is None:
        raise NoMailbox(field="channel")
    conversation, is_new = Conversation.objects.select_related("channel").get_or_create(
        channel=mailbox,
        person=Person(email=address).identity,
        defaults={
            "kind": mailbox.kind,
            "branch": branch,
            "customer": customer,
            "owner_id": customer.owner_id,
            "name": customer.name[:200],
            "email": address,
            "last_message_at": timezone.now(),
        },
    )
    if not is_new and conversation.customer_id is None:
        free = Conversation.objects.filter(pk=conversation.pk, customer=None)
        free.update(customer=customer, owner=conversation.owner_id or customer.owner_id)
        conversation.refresh_from_db(fields=["customer", "owner"])
    if conversation.customer_id != customer.pk:
        raise AddressOfAnother(field="channel")
    return conversation

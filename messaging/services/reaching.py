"""Through which conversation a customer is written to, when it is us who begin."""

from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Branch
from customers.models import ContactPoint, Customer
from messaging.errors import AddressOfAnother, NeverWroteHere, NoEmailAddress, NoMailbox
from messaging.models import Channel, Conversation
from messaging.models.channels import ChannelKind

from .inbox import Person
from .obstacles import check_writable


def conversation_with(customer: Customer, *, channel: str, branch: Branch) -> Conversation:
    """Return the customer's conversation with the branch by WhatsApp or e-mail, to send a file.

    WhatsApp: where the customer wrote last; nobody may begin there. E-mail: with the customer's
    primary address, a new conversation where there is none. `channel` is a ChannelKind value.
    Errors: NeverWroteHere, NoEmailAddress, NoMailbox, AddressOfAnother, those of check_writable.
    """
    find = _whatsapp if channel == ChannelKind.WHATSAPP else _email
    conversation = find(customer, branch)
    check_writable(conversation, field="channel", has_file=True)
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
        .select_related("channel", "customer")
        .order_by(newest, "-pk")
        .first()
    )
    if found is None:
        raise NeverWroteHere(field="channel")
    return found


def _email(customer: Customer, branch: Branch) -> Conversation:
    points = customer.points.in_use().filter(kind=ContactPoint.Kind.EMAIL)
    address = points.values_list("value", flat=True).first()  # the primary one
    if not address:
        raise NoEmailAddress(field="channel")
    rows = Conversation.objects.filter(
        customer=customer, branch=branch, kind=ChannelKind.EMAIL, email=address
    ).filter(channel__is_active=True)
    newest = rows.select_related("channel", "customer").order_by("-last_message_at", "-pk")
    return newest.first() or _begin(customer, branch, address)


def _begin(customer: Customer, branch: Branch, address: str) -> Conversation:
    """A conversation by mail that we begin; one that nobody had been linked to becomes theirs."""
    mailboxes = Channel.objects.filter(kind=ChannelKind.EMAIL, branch=branch, is_active=True)
    mailbox = mailboxes.order_by("pk").first()
    if mailbox is None:
        raise NoMailbox(field="channel")
    conversation, is_new = Conversation.objects.select_related("channel", "customer").get_or_create(
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

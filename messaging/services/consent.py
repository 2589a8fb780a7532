"""What a customer has said about being written to, and whether an address is still theirs."""

from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from customers.models import Consent, ContactPoint, Customer
from messaging.models import Conversation
from messaging.models.channels import ChannelKind


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a customer stands to the number or address of a conversation."""

    is_removed: bool = False  # somebody of ours took it away from the customer
    has_withdrawn: bool = False  # not even messages about their own business are wanted there


def standing_of(customer: Customer, conversation: Conversation) -> Standing:
    """Return the standing, in one query. The newest entry of the consent ledger counts.

    A person without a known number (WhatsApp user id alone) may be any of the customer's numbers.
    """
    is_phone = conversation.kind == ChannelKind.WHATSAPP
    value = conversation.phone if is_phone else conversation.email.lower()
    newest = Consent.objects.filter(
        customer=customer, point=OuterRef("pk"), purpose=Consent.Purpose.TRANSACTIONAL
    ).order_by("-pk")
    points = ContactPoint.objects.filter(
        customer=customer, kind=ContactPoint.Kind.PHONE if is_phone else ContactPoint.Kind.EMAIL
    )
    if value:
        points = points.filter(value=value)
    rows = points.values_list("removed_at", Subquery(newest.values("is_granted")[:1]))
    found = [(removed_at is not None, is_granted is False) for removed_at, is_granted in rows]
    return Standing(
        is_removed=bool(value) and any(is_removed for is_removed, _no in found),
        has_withdrawn=any(no and not is_removed for is_removed, no in found),
    )

"""Whether a customer still wants to be written to about their own business."""

from django.db.models import Q

from customers.models import Consent, ContactPoint, Customer
from messaging.models import Conversation
from messaging.models.channels import ChannelKind


def has_withdrawn(customer: Customer, conversation: Conversation) -> bool:
    """Return True where the newest entry for the number or address is a withdrawal.

    A person without a known number (WhatsApp user id alone) may be any of the customer's numbers.
    """
    is_phone = conversation.kind == ChannelKind.WHATSAPP
    value = conversation.phone if is_phone else conversation.email.lower()
    entries = Consent.objects.filter(
        Q(point__value=value) if value else Q(point__kind=ContactPoint.Kind.PHONE),
        customer=customer,
        purpose=Consent.Purpose.TRANSACTIONAL,
        point__removed_at=None,
    )
    newest = entries.order_by("point_id", "-pk").distinct("point_id")
    return not all(newest.values_list("is_granted", flat=True))

"""Who has said that they do not want to be written to."""

from collections.abc import Iterable

from customers.models import Consent
from leads.models import Lead
from messaging.models import Message
from messaging.models.channels import ChannelKind

Pair = tuple[Lead, Message]


def refusals(pairs: Iterable[Pair]) -> set[int]:
    """Return the messages whose sender refused to be answered, in at most one query.

    The sender said so in the form itself, or the newest entry of the consent ledger withdraws
    messages about their own business for the number or address that the answer would go to.
    """
    asked = list(pairs)
    withdrawn = _withdrawn({lead.customer_id for lead, _message in asked if lead.customer_id})
    return {
        message.pk
        for lead, message in asked
        if (message.answers or {}).get("consent") is False
        or (lead.customer_id, _address(message)) in withdrawn
    }


def _address(message: Message) -> str:
    conversation = message.conversation
    is_phone = conversation.kind == ChannelKind.WHATSAPP
    return conversation.phone if is_phone else conversation.email.lower()


def _withdrawn(customers: set[int]) -> set[tuple[int, str]]:
    """Customer and contact of every point whose newest entry is a withdrawal."""
    if not customers:
        return set()
    newest = (
        Consent.objects.filter(
            customer__in=customers,
            purpose=Consent.Purpose.TRANSACTIONAL,
            point__removed_at=None,
        )
        .order_by("point_id", "-pk")
        .distinct("point_id")
        .values_list("customer_id", "point__value", "is_granted")
    )
    return {(customer, value) for customer, value, is_granted in newest if not is_granted}

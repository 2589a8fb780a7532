"""Whose a conversation is."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from messaging.models import Conversation

_HAND_OVER = (
    "UPDATE messaging_conversation AS row SET owner_id = new.owner, customer_id = new.customer"
    " FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS new(id, owner, customer)"
    " WHERE row.id = new.id"
)


@dataclass(frozen=True)
class Belonging:
    """The owner and the customer that a conversation gets; None for nobody."""

    conversation: Conversation
    owner_id: int | None
    customer_id: int | None


def hand_conversations(belongings: Sequence[Belonging]) -> None:
    """Set owner and customer of many conversations in one statement; what is so already stays."""
    new = {
        one.conversation.pk: one
        for one in belongings
        if (one.owner_id, one.customer_id)
        != (one.conversation.owner_id, one.conversation.customer_id)
    }
    if not new:
        return
    rows = list(new.values())
    with connection.cursor() as cursor:
        owners, customers = [one.owner_id for one in rows], [one.customer_id for one in rows]
        cursor.execute(_HAND_OVER, [list(new), owners, customers])
    for one in rows:
        one.conversation.owner_id = one.owner_id
        one.conversation.customer_id = one.customer_id

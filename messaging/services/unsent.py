"""Messages that did not leave: handed to the person who wrote them, or who owns the conversation."""

import re

from django.urls import reverse

from accounts.services import Notice, Reason, notify, record
from messaging.models import Message

from .signals import storable

LONGEST_ERROR = 300  # characters
_CONTACT = re.compile(r"[^\s<>\"'(),:;@\[\]]+@[^\s<>\"'(),:;@\[\]]+|\+?\b\d{9,15}\b")
VERBS = {Message.Status.FAILED: "message.failed", Message.Status.UNKNOWN: "message.outcome_unknown"}


def storable_error(error: str) -> str:
    """Return what went wrong as it is kept, without the address or number that servers like
    to repeat.

    Pages and log show it also to those who see no contacts (SECURITY.md DP-3).
    """
    return _CONTACT.sub("…", storable(error)[:LONGEST_ERROR])


def hand_to_person(message: Message, *, rule: str) -> None:
    """Note that a message failed, or that nobody knows whether it left, and tell one person.

    `message` with its conversation, owner, customer and author; `rule` says what found it out.
    """
    verb = VERBS[Message.Status(message.status)]
    evidence = (f"message:{message.pk}", *filter(None, [message.error]))
    record(
        None, verb, message.conversation, reason=Reason(rule=rule, version="1", evidence=evidence)
    )
    conversation = message.conversation
    person = message.author or conversation.owner
    if person is None:
        return
    customer = conversation.customer
    notify(
        Notice(
            user=person,
            kind=verb,
            subject=str(conversation),
            detail=message.text[:300],
            url=customer.get_absolute_url() if customer else reverse("home"),
            key=f"{verb}:{message.pk}",
        )
    )

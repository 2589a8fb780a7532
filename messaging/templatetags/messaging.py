"""Words of raw signals and messages in templates."""

from typing import Any

from django import template

from customers.masking import shown_point
from messaging import words
from messaging.gateways.email.answering import OTHER_SENDER
from messaging.models import Message

register = template.Library()

register.filter("kind_label", words.kind_label)
register.filter("reason_label", words.reason_label)


@register.filter
def other_sender(message: Message, user: Any) -> str:
    """Return the address that wrote a message that joined by an answer, as the reader may see it;
    "" where the person of the conversation wrote.
    """
    details = message.details if isinstance(message.details, dict) else {}
    sender = details.get(OTHER_SENDER)
    if not isinstance(sender, dict):
        return ""
    return shown_point("email", str(sender.get("email") or ""), user) or "…"

"""Words of raw signals and messages in templates."""

from typing import Any

from django import template

from customers.masking import shown_point
from messaging import words
from messaging.gateways.email.answering import ANSWERS_ELSEWHERE, OTHER_SENDER
from messaging.models import Message

register = template.Library()

register.filter("kind_label", words.kind_label)
register.filter("reason_label", words.reason_label)
register.filter("file_reason_label", words.file_reason_label)


@register.filter
def other_sender(message: Message, user: Any) -> str:
    """Return the address or former number that a message came from, as the reader may see it; ""
    where it came from that of the conversation.
    """
    sender = _of_details(message, OTHER_SENDER)
    if not sender:
        return ""
    if phone := str(sender.get("phone") or ""):
        return shown_point("phone", phone, user) or "…"
    return shown_point("email", str(sender.get("email") or ""), user) or "…"


@register.filter
def answers_elsewhere(message: Message, user: Any) -> dict[str, str]:
    """Return who wrote (`sender`) and where an answer goes (`to`), as the reader may see it; empty
    where both are of one domain.
    """
    both = _of_details(message, ANSWERS_ELSEWHERE)
    return {name: shown_point("email", str(value), user) or "…" for name, value in both.items()}


def _of_details(message: Message, name: str) -> dict[str, Any]:
    found = message.details.get(name) if isinstance(message.details, dict) else None
    return found if isinstance(found, dict) else {}

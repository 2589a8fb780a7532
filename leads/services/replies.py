"""Answering a lead from its page."""

from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import record
from crm_project.kit.errors import BusinessError
from crm_project.kit.live import tell_once
from crm_project.kit.text import strip_controls
from leads.models import Lead
from messaging.models import Message
from messaging.services import NewReply, queue_reply
from messaging.services.delivery import may_reply_now

from .actions import CHANGED, groups_of

LONGEST_REPLY = 4096  # characters; WhatsApp's limit of a text message (Cloud API reference)


class CannotReply(BusinessError):
    """The channel takes no free answer now."""

    code = "cannot_reply"
    message = _("This channel takes no free text now. Call, or wait for the next message.")
    http_status = 422


@transaction.atomic
def reply_to_lead(lead: Lead, *, text: str, key: str, actor: User) -> Message | None:
    """Queue an answer; the first one stops the clock. None for a repeated key."""
    text = strip_controls(text).strip()
    conversation = lead.conversation
    if not text or len(text) > LONGEST_REPLY:
        raise CannotReply(_("Write between 1 and 4,096 characters."))
    if conversation is None or not may_reply_now(conversation):
        raise CannotReply
    own = sha256(key.encode()).hexdigest()[:40]
    reply = NewReply(
        conversation=conversation, text=text, key=f"lead:{lead.pk}:{own}", author=actor
    )
    message = queue_reply(reply)
    if message is None:
        return None
    Lead.objects.filter(pk=lead.pk, first_reply_at=None).update(first_reply_at=timezone.now())
    lead.first_reply_at = lead.first_reply_at or timezone.now()
    record(actor, "lead.replied", lead)
    tell_once(groups_of(lead), CHANGED)
    return message

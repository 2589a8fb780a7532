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
from messaging.services.obstacles import check_writable

from .actions import CHANGED, groups_of

LONGEST_REPLY = 4096  # characters; WhatsApp's limit of a text message (Cloud API reference)


class CannotReply(BusinessError):
    """There is no conversation in which to answer, or nothing to say in it."""

    code = "cannot_reply"
    message = _("This lead has no conversation in which to answer. Call instead.")
    http_status = 422


@transaction.atomic
def reply_to_lead(lead: Lead, *, text: str, key: str, actor: User) -> Message | None:
    """Queue an answer; the first one stops the clock. None for a repeated key.

    Errors: CannotReply, those of `messaging.services.obstacles.check_writable`.
    """
    text = strip_controls(text).strip()
    conversation = lead.conversation
    if not _is_seen(text) or len(text) > LONGEST_REPLY:
        raise CannotReply(_("Write between 1 and 4,096 characters."))
    if conversation is None:
        raise CannotReply
    own = f"lead:{lead.pk}:{sha256(key.encode()).hexdigest()[:40]}"
    if Message.objects.filter(idempotency_key=own).exists():  # sent already, whatever is so now
        return None
    check_writable(conversation, field="text")
    message = queue_reply(NewReply(conversation=conversation, text=text, key=own, author=actor))
    if message is None:
        return None
    Lead.objects.filter(pk=lead.pk, first_reply_at=None).update(first_reply_at=timezone.now())
    lead.first_reply_at = lead.first_reply_at or timezone.now()
    record(actor, "lead.replied", lead)
    tell_once(groups_of(lead), CHANGED)
    return message


def _is_seen(text: str) -> bool:
    """Whether anything would be seen of it: zero-width signs alone are no answer."""
    return any(sign.isprintable() and not sign.isspace() for sign in text)

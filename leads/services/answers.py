"""Answers that staff wrote outside of the product: they stop the clock like one from the page.

WhatsApp tells us of what is written in the phone app (`smb_message_echoes`, Cloud API reference);
messaging keeps it as a message out, and hands it over with the messages in.
"""

from collections.abc import Sequence

from django.db.models import Q

from accounts.services import Reason, record
from crm_project.kit.live import tell_once
from leads.models import Lead
from messaging.models import Message

from .actions import CHANGED, groups_of

ECHO = "echo"  # the kind of a message that was written in the phone app


def stop_clocks(answers: Sequence[Message]) -> None:
    """Count answers as the first reply to the leads that waited for one. Twice is once."""
    for answer in sorted(answers, key=lambda answer: (answer.sent_at, answer.pk)):
        rows = Lead.objects.filter(_answered_by(answer), first_reply_at=None)
        for lead in rows.select_for_update(of=("self",)).order_by("pk"):
            _stop(lead, answer)


def stop_clocks_of(leads: Sequence[Lead]) -> None:
    """Count answers that were told to us before the messages which they answer."""
    conversations = {lead.conversation_id for lead in leads if lead.conversation_id}
    if not conversations:
        return
    rows = Message.objects.filter(
        conversation__in=conversations, direction=Message.Direction.OUT, kind=ECHO
    )
    since = min(lead.received_at for lead in leads)
    early = rows.filter(sent_at__gte=since).select_related("conversation")
    if early:
        stop_clocks(list(early))


def _answered_by(answer: Message) -> Q:
    """Leads of the conversation, and those of the same number that came another way."""
    conversation = answer.conversation
    theirs = Q(conversation=conversation)
    if conversation.phone:
        theirs |= Q(branch=conversation.branch_id, phone=conversation.phone)
    is_then_open = Q(closed_at=None) | Q(closed_at__gte=answer.sent_at)
    return theirs & is_then_open & Q(received_at__lte=answer.sent_at)


def _stop(lead: Lead, answer: Message) -> None:
    Lead.objects.filter(pk=lead.pk).update(first_reply_at=answer.sent_at)
    reason = Reason(rule="answer.phone_app", version="1", evidence=(f"message:{answer.pk}",))
    record(None, "lead.answered", lead, reason=reason)
    tell_once(groups_of(lead), CHANGED)

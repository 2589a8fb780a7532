"""What a mail of ours answers: its parent, the ids before it, the subject of the thread."""

from django.db.models import QuerySet

from messaging.models import Message

from .compose import known_ids

PREFIX = "email:"  # of the provider ids of mails, in and out
ANSWERS_ELSEWHERE = "answers_elsewhere"  # in the details of a mail that wants them elsewhere
OTHER_SENDER = "other_sender"  # in the details of a message that came from another address


def parent_of(message: Message) -> Message | None:
    """The mail that this one answers: the one it names, the person's newest, else our last one."""
    mails = _others(message).filter(provider_id__startswith=PREFIX)
    mails = mails.exclude(status=Message.Status.FAILED)
    if message.reply_to and (named := mails.filter(provider_id=message.reply_to).first()):
        return named
    for direction in (Message.Direction.IN, Message.Direction.OUT):
        for mail in mails.filter(direction=direction).order_by("-sent_at", "-pk")[:3]:
            if known_ids([mail_id(mail)]):
                return mail
    return None


def _others(message: Message) -> QuerySet[Message]:
    """The rest of the conversation, without what came from somebody else's address."""
    rows = Message.objects.filter(conversation_id=message.conversation_id)
    return rows.exclude(pk=message.pk).exclude(details__has_key=OTHER_SENDER)


def mail_id(mail: Message) -> str:
    """The Message-ID of a mail, in or out, without its brackets."""
    details = mail.details if isinstance(mail.details, dict) else {}
    return str(details.get("message_id") or (mail.provider_id or "").removeprefix(PREFIX))


def references_of(parent: Message) -> list[str]:
    """The ids that an answer to the mail refers to, the oldest first."""
    details = parent.details if isinstance(parent.details, dict) else {}
    kept = details.get("references")
    chain = [str(one) for one in kept] if isinstance(kept, list) else []
    return [*chain, mail_id(parent)]


def thread_subject(message: Message) -> str:
    """What the conversation is about: the subject of the person's newest mail that has one."""
    rows = _others(message).filter(direction=Message.Direction.IN).exclude(subject="")
    return rows.order_by("-sent_at", "-pk").values_list("subject", flat=True).first() or ""

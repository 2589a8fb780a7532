"""After the demo's past was written: nothing of it waits to be sent, and old news is read."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, Max

from accounts.models import Notification
from leads.models import Lead
from messaging.models import Message
from messaging.models.channels import ChannelKind

READ_AFTER = timedelta(minutes=25)
NEWS_FOR = timedelta(hours=2)  # younger notifications are unread
STATUSES = ("sent", "delivered", "read")


@dataclass(frozen=True, kw_only=True)
class Traces:
    """The newest rows before the demo's past was written: later ones are its own."""

    message_id: int
    lead_id: int
    notification_id: int
    job_id: int

    @classmethod
    def before(cls) -> "Traces":
        """Read where each table ends now."""
        return cls(
            message_id=_last(Message),
            lead_id=_last(Lead),
            notification_id=_last(Notification),
            job_id=_last_job(),
        )


def _last(model: type[Message] | type[Lead] | type[Notification]) -> int:
    return model.objects.aggregate(last=Max("pk"))["last"] or 0


def _last_job() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM procrastinate_jobs")
        return int(cursor.fetchone()[0])


def settle(traces: Traces, *, now: datetime) -> None:
    """Mark answers as sent, drop the jobs that would send them, and read the old notifications."""
    messages = Message.objects.filter(pk__gt=traces.message_id)
    _mark_as_sent(list(messages.filter(status="queued").select_related("conversation")), now)
    news = Notification.objects.filter(pk__gt=traces.notification_id, created_at__lt=now - NEWS_FOR)
    news.update(read_at=F("created_at") + READ_AFTER)
    _drop_jobs(traces)


def _mark_as_sent(messages: list[Message], now: datetime) -> None:
    """WhatsApp tells of delivery and reading; of a mail only the sending is known."""
    for message in messages:
        is_chat = message.conversation.kind == ChannelKind.WHATSAPP
        is_read = is_chat and message.pk % 4 != 0
        reached = 1 + is_chat + is_read
        times = [message.sent_at + timedelta(seconds=seconds) for seconds in (1, 3, 240)]
        told = [pair for pair in zip(STATUSES, times, strict=True) if pair[1] <= now][:reached]
        message.provider_id = f"demo-out-{message.pk}"
        message.status = told[-1][0] if told else "sent"
        message.status_times = {status: at.isoformat() for status, at in told}
    Message.objects.bulk_update(messages, ["provider_id", "status", "status_times"])


def _drop_jobs(traces: Traces) -> None:
    """Jobs of the demo's own messages and leads; they were queued in this transaction, so no
    worker has seen them."""
    leads = list(Lead.objects.filter(pk__gt=traces.lead_id).values_list("pk", flat=True))
    messages = list(Message.objects.filter(pk__gt=traces.message_id).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE id > %s AND status = 'todo' AND ("
            " (args->>'message_id')::bigint = ANY(%s) OR (args->>'lead_id')::bigint = ANY(%s))",
            [traces.job_id, messages, leads],
        )

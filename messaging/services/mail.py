"""Keeping raw mail: the same mail by IMAP and by pipe is one signal."""

from django.db import transaction
from procrastinate.tasks import Task

from messaging.gateways.email.parse import parse_email
from messaging.models.channels import ChannelKind

from .signals import NewSignal, keep_signal

LONGEST_MAIL = 26 * 1024 * 1024  # bytes kept of one mail, as much as the IMAP poller fetches


def keep_mail(raw: bytes, *, mailbox: str, reader: Task) -> None:
    """Store one mail unless it is known by its Message-ID, then wake its reader.

    The id is the one the parser reads, in its standard form; a mail without one has a digest of
    its content (facts B4), so a second delivery by another way changes nothing.
    """
    raw = raw[:LONGEST_MAIL]
    new = NewSignal(
        channel=ChannelKind.EMAIL,
        body=raw,
        key=parse_email(raw).message_id,
        content_type="message/rfc822",
        source=mailbox,
    )
    with transaction.atomic():
        keep_signal(new, reader=reader)

"""E-mail by IMAP: every new mail becomes a raw signal, then the cursor moves."""

from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from crm_project.kit.locks import only_one
from messaging.gateways.email.imap import Cursor, MailboxUnavailable, poll_mailbox
from messaging.models import MailboxCursor

log = structlog.get_logger(__name__)


def poll_configured_mailbox() -> int:
    """Read the mailbox of IMAP_URL once; return how many mails came. One process at a time."""
    if not settings.IMAP_URL:
        return 0
    with only_one("poll_mailbox") as is_mine:
        return _poll(settings.IMAP_URL) if is_mine else 0


def _poll(url: str) -> int:
    parts = urlsplit(url)
    mailbox = f"{parts.username or ''}@{parts.hostname or ''}{parts.path}"[:254]
    row, _is_new = MailboxCursor.objects.get_or_create(mailbox=mailbox)
    count = 0
    try:
        for uid, raw, cursor in poll_mailbox(url, since=Cursor.from_json(row.position)):
            _keep(raw, address=parts.username or mailbox)
            row.position = cursor.to_json()
            row.save(update_fields=["position"])
            count += 1
            log.debug("mail_kept", uid=uid)
        row.error = ""
    except MailboxUnavailable as error:
        row.error = str(error)[:500]
        log.warning("mailbox_unavailable", mailbox=mailbox, error=row.error)
    row.polled_at = timezone.now()
    row.save(update_fields=["error", "polled_at"])
    return count


def _keep(raw: bytes, *, address: str) -> None:
    from messaging.services import NewSignal, keep_signal
    from messaging.tasks import drain_signals

    with transaction.atomic():
        keep_signal(
            NewSignal(
                channel="email", body=raw, content_type="message/rfc822", source=address
            ),
            reader=drain_signals,
        )

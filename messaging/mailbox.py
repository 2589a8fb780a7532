"""E-mail by IMAP: every new mail becomes a raw signal, then the cursor moves."""

from urllib.parse import unquote, urlsplit

import structlog
from django.conf import settings
from django.utils import timezone

from crm_project.kit.locks import only_one
from messaging.gateways.email.imap import Cursor, MailboxUnavailable, poll_mailbox
from messaging.models import MailboxCursor
from messaging.services import keep_mail

log = structlog.get_logger(__name__)


def poll_configured_mailbox() -> int:
    """Read the mailbox of IMAP_URL once; return how many mails came. One process at a time."""
    if not settings.IMAP_URL:
        return 0
    with only_one("poll_mailbox") as is_mine:
        return _poll(settings.IMAP_URL) if is_mine else 0


def _poll(url: str) -> int:
    address, mailbox = _names(url)
    row, _is_new = MailboxCursor.objects.get_or_create(mailbox=mailbox)
    count = 0
    try:
        for cursor, raw in poll_mailbox(url, since=Cursor.from_json(row.position)):
            _keep(raw, address=address)
            row.position = cursor.as_json()
            row.save(update_fields=["position"])
            count += 1
            log.debug("mail_kept", uid=cursor.uid)
        row.error = ""
    except MailboxUnavailable as error:
        row.error = str(error)[:500]
        log.warning("mailbox_unavailable", mailbox=mailbox, error=row.error)
    row.polled_at = timezone.now()
    row.save(update_fields=["error", "polled_at"])
    return count


def _names(url: str) -> tuple[str, str]:
    """Return the mailbox's address and the name of its cursor, for any text in IMAP_URL."""
    try:
        parts = urlsplit(url)
        user, host, path = unquote(parts.username or ""), parts.hostname or "", parts.path
    except ValueError:
        return "", "unreadable IMAP_URL"
    mailbox = f"{user}@{host}{path}"[:254]
    return user or mailbox, mailbox


def _keep(raw: bytes, *, address: str) -> None:
    from messaging.tasks import drain_signals  # the task imports this module

    keep_mail(raw, mailbox=address, reader=drain_signals)

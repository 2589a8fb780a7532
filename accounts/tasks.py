"""Jobs of accounts: mails about accounts, and forgetting what has expired."""

from collections.abc import Callable
from typing import Any

import structlog
from procrastinate.contrib.django import app

from accounts.models import ActivityHead, User
from accounts.services import digest, passwords, retention, unsent
from crm_project.kit.api.idempotency import forget_answers
from crm_project.kit.jobs import RETRY_WAITS, job, sweep
from crm_project.kit.limits import forget_counts

log = structlog.get_logger(__name__)


@job(queue="mail", wants_context=True)
def send_password_link(context: Any, *, user_id: int) -> None:
    """Mail a reset link; 0 is an address nobody has. Twice sends a second, as good a link."""
    _mail(context, user_id, passwords.mail_reset_link)


@job(queue="mail", wants_context=True)
def send_invitation(context: Any, *, user_id: int) -> None:
    """Mail a new person the way to the first password. Twice sends a second, equally good link."""
    _mail(context, user_id, passwords.mail_invitation)


def _mail(context: Any, user_id: int, mail: Callable[[User], None]) -> None:
    """Mail an active person. When the last try fails too, a manager hears of it."""
    user = User.objects.staff().filter(pk=user_id).first()
    if user is None:
        return
    try:
        mail(user)
    except OSError as error:  # smtplib's errors are among them
        if context.job.attempts >= len(RETRY_WAITS):
            unsent.tell_unsent(user, problem=str(error))
        raise


@app.periodic(cron="0 5 * * *")
@job(queue="mail")
def send_digests(timestamp: int) -> None:
    """Queue yesterday's unread notifications as one mail for each person who asked for it."""
    for user_id in digest.people_with_news():
        send_digest.defer(user_id=user_id)


@job(queue="mail")
def send_digest(*, user_id: int) -> None:
    """Mail one person's digest; nothing unread, nothing sent."""
    digest.mail_digest(user_id)


@sweep(seconds=3600)
def note_activity_head() -> None:
    """Write the head of the activity log into the log files, where the database cannot reach it."""
    head = ActivityHead.objects.filter(pk=1).first()
    if head:
        log.info("activity_head", head=f"{head.number}:{bytes(head.hash).hex()}")


@sweep(seconds=3600)
def forget_expired() -> None:
    """Delete expired sessions, tries, tokens and old read notifications."""
    retention.forget_expired()


@sweep(seconds=3600)
def forget_old_calls() -> None:
    """Delete counts of windows that are over, and first answers that nobody repeats any more."""
    forget_counts()
    forget_answers()

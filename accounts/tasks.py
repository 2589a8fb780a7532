"""Jobs of accounts: mails about accounts, and forgetting what has expired."""

import structlog
from procrastinate.contrib.django import app

from accounts.models import ActivityHead, User
from accounts.services import digest, passwords, retention
from crm_project.kit.jobs import job, sweep

log = structlog.get_logger(__name__)


@job(queue="mail")
def send_password_link(*, user_id: int) -> None:
    """Mail a reset link; 0 is an address nobody has. Twice sends a second, as good a link."""
    user = User.objects.staff().filter(pk=user_id).first()
    if user:
        passwords.mail_reset_link(user)


@job(queue="mail")
def send_invitation(*, user_id: int) -> None:
    """Mail a new person the way to the first password. Twice sends a second, equally good link."""
    user = User.objects.staff().filter(pk=user_id).first()
    if user:
        passwords.mail_invitation(user)


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

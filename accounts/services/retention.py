"""Forgetting what has served its time (SECURITY.md DP-5)."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import LoginAttempt, Notification

from . import tokens

KEEP_TRIES = timedelta(days=1)
KEEP_READ = timedelta(days=90)  # read notifications
KEEP_UNREAD = timedelta(days=365)


def forget_expired() -> None:
    """Delete expired sessions, tries, tokens and old notifications."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    LoginAttempt.objects.filter(at__lt=now - KEEP_TRIES).delete()
    Notification.objects.filter(read_at__lt=now - KEEP_READ).delete()
    Notification.objects.filter(created_at__lt=now - KEEP_UNREAD).delete()
    tokens.forget_expired()

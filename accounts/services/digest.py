"""The daily e-mail with what a person has not read yet."""

from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import Notification, NotificationPreference, User

PERIOD = timedelta(days=1)
MOST_LINES = 50


def people_with_news() -> list[int]:
    """Return the ids of active people who asked for the mail and have something new unread."""
    chosen = NotificationPreference.objects.filter(is_by_email=True, user__is_active=True)
    return [pk for pk in set(chosen.values_list("user_id", flat=True)) if _news(pk).exists()]


def _news(user_id: int) -> QuerySet[Notification]:
    kinds = NotificationPreference.objects.filter(user_id=user_id, is_by_email=True)
    return Notification.objects.unread().filter(
        user_id=user_id,
        kind__in=kinds.values("kind"),
        created_at__gt=timezone.now() - PERIOD,
    )


def mail_digest(user_id: int) -> None:
    """Send one person's digest in the person's language; nothing when there is no news."""
    user = User.objects.staff().filter(pk=user_id).first()
    news = list(_news(user_id)[:MOST_LINES])
    if user is None or not news:
        return
    with translation.override(user.language):
        context = {"user": user, "news": news, "home": settings.PUBLIC_URL.rstrip("/")}
        body = render_to_string("accounts/mail/digest.txt", context)
        EmailMessage(_("Your Madar notifications of today"), body, to=[user.email]).send()

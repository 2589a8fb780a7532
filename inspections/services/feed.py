"""The secret calendar address of a person."""

import hashlib
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from accounts.models import User
from accounts.services import record
from inspections.ical import Entry, write_calendar
from inspections.models import CalendarLink, Inspection

from .doors import Status

SINCE, UNTIL = timedelta(days=30), timedelta(days=180)
SEEN_EVERY = timedelta(minutes=15)  # how often the use of a link is written
MOST = 1000


@transaction.atomic
def make_link(user: User) -> CalendarLink:
    """Give the person a new secret address; an earlier one stops working."""
    token = secrets.token_urlsafe(32)
    values = {
        "token": token,
        "token_hash": hash_of(token),
        "created_at": timezone.now(),
        "used_at": None,
    }
    link, _is_new = CalendarLink.objects.update_or_create(user=user, defaults=values)
    record(user, "calendar_link.made", user)
    return link


@transaction.atomic
def revoke_link(user: User) -> None:
    """Let the person's address stop working. Twice is once."""
    gone, _rows = CalendarLink.objects.filter(user=user).delete()
    if gone:
        record(user, "calendar_link.revoked", user)


def hash_of(token: str) -> str:
    """Return what is looked up of a token: SHA-256, hexadecimal."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def link_by_token(token: str) -> CalendarLink | None:
    """Return the link of an active person, and note that it was used."""
    rows = CalendarLink.objects.select_related("user__role", "user__branch")
    link = rows.filter(token_hash=hash_of(token), user__is_active=True).first()
    now = timezone.now()
    if link and (link.used_at is None or now - link.used_at > SEEN_EVERY):
        CalendarLink.objects.filter(pk=link.pk).update(used_at=now)
    return link


def feed_of(user: User) -> str:
    """Return the person's visits as a calendar.

    It leaves the product for other companies' calendars, so it names number, type, district and
    the page's address: no customer, no phone, no street.
    """
    now = timezone.now()
    rows = Inspection.objects.visible_to(user).filter(
        inspector=user, starts_at__gt=now - SINCE, starts_at__lt=now + UNTIL
    )
    visits = rows.exclude(status=Status.REQUESTED).select_related("type").order_by("starts_at")
    with translation.override(user.language):
        entries = [_entry(visit) for visit in visits[:MOST]]
        name = str(translation.gettext("Inspections"))
    return write_calendar(name, entries)


def _entry(visit: Inspection) -> Entry:
    base = settings.PUBLIC_URL.rstrip("/")
    assert visit.starts_at is not None  # the query asked for it; the end comes with it
    assert visit.ends_at is not None
    return Entry(
        uid=f"inspection-{visit.pk}@{urlsplit(base).hostname or 'madar'}",
        sequence=visit.version,
        stamp=visit.created_at + timedelta(seconds=visit.version),
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        summary=f"{visit.number} · {visit.type.name}",
        location=visit.district,
        url=f"{base}{visit.get_absolute_url()}",
        is_cancelled=visit.status in (Status.CANCELLED, Status.NO_SHOW),
    )

"""Signed-in browsers: begun, listed, ended."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User, UserSession

from .activity import record
from .tries import address_of

BACKEND = "accounts.backends.RoleBackend"


@transaction.atomic
def start_session(request: HttpRequest, user: User) -> None:
    """Sign the browser in under a new key, for at most 12 hours."""
    UserSession.objects.filter(session=request.session.session_key).delete()
    login(request, user, backend=BACKEND)
    request.session["epoch"] = user.epoch
    request.session.set_expiry(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE))
    request.session.save()
    UserSession.objects.create(
        user=user,
        session_id=request.session.session_key or "",
        ip=address_of(request),
        user_agent=request.headers.get("User-Agent", "")[:300],
    )
    User.objects.filter(pk=user.pk).update(last_seen_at=timezone.now())


@transaction.atomic
def end_session(request: HttpRequest) -> None:
    """Sign the browser out on the server too."""
    user = request.user
    if isinstance(user, User):
        record(user, "sign_out", user)
    logout(request)


@transaction.atomic
def end_one_session(session: UserSession, *, actor: User) -> None:
    """End one signed-in browser at once."""
    Session.objects.filter(signed_in=session).delete()
    record(actor, "session.ended", session.user)


@transaction.atomic
def end_other_access(user: User, *, keep: HttpRequest | None = None) -> None:
    """End every session and token of a person at once; `keep` is the browser that asked for it.

    A new epoch makes all older sessions and tokens invalid at their next use (SECURITY.md AU-6).
    """
    User.objects.filter(pk=user.pk).update(epoch=F("epoch") + 1)
    user.refresh_from_db(fields=["epoch"])
    kept = keep.session.session_key if keep else None
    Session.objects.filter(signed_in__user=user).exclude(pk=kept).delete()
    if keep is not None:
        start_session(keep, user)

"""Around every request of a signed-in person: is the session still good, and in which language."""

from collections.abc import Callable, Iterator
from datetime import UTC, timedelta, tzinfo
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user, logout
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from crm_project.kit.api.problems import json_problem
from crm_project.kit.htmx import redirect_to

from .errors import MfaSetupRequired
from .models import User, UserSession
from .services.activity import acting_from, record
from .services.mfa import must_set_up
from .session_store import SessionStore

GetResponse = Callable[[HttpRequest], HttpResponse]
SEEN_EVERY = timedelta(seconds=60)  # how often "last seen" is written
UNATTENDED = "X-Unattended"  # header of a page that reads itself anew: nobody may sit before it
LANGUAGE_COOKIE = "language"
BEFORE_SETUP = frozenset(  # open to a person who must set up one-time codes first
    {"accounts:mfa_setup", "accounts:sign_out", "accounts:set_language", "accounts:logo"}
)


def _store_of(request: HttpRequest) -> SessionStore:
    assert isinstance(request.session, SessionStore)
    return request.session


class SignedInMiddleware(AuthenticationMiddleware):
    """Django's `request.user`, of the one read that also brought the session."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = cast(User, SimpleLazyObject(lambda: _signed_in_user(request)))


def _signed_in_user(request: HttpRequest) -> Any:
    signed_in = _store_of(request).signed_in
    if signed_in is None:
        return AnonymousUser()
    person, session = signed_in.user, request.session
    is_whole = session.get(SESSION_KEY) == str(person.pk) and constant_time_compare(
        session.get(HASH_SESSION_KEY, ""), person.get_session_auth_hash()
    )
    if is_whole and person.is_active:
        return person
    return get_user(request)  # an older SECRET_KEY, a changed password: Django decides


class SessionGuardMiddleware:
    """End sessions that are idle, revoked, or older than the person's last change of access."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not self._is_good(request):
            logout(request)
        with acting_from(request.META.get("REMOTE_ADDR") or None):
            response = self.get_response(request)
            if response.status_code == HTTPStatus.FORBIDDEN and isinstance(request.user, User):
                record(request.user, "access.denied", changes={"path": [None, request.path[:200]]})
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        """Let a person whose role demands one-time codes do nothing before setting them up."""
        match = request.resolver_match
        if not isinstance(request.user, User) or (match and match.view_name in BEFORE_SETUP):
            return None
        if not must_set_up(request.user):
            return None
        if request.path.startswith("/api/"):
            return json_problem(request, 403, MfaSetupRequired.code, str(MfaSetupRequired.message))
        return redirect_to(request, reverse("accounts:mfa_setup"))

    def _is_good(self, request: HttpRequest) -> bool:
        user = request.user
        assert isinstance(user, User)
        row = _store_of(request).signed_in
        if row is None or row.user_id != user.pk or request.session.get("epoch") != user.epoch:
            return False
        now = timezone.now()
        if now - row.created_at > timedelta(seconds=settings.SESSION_COOKIE_AGE):
            return False
        if now - row.last_seen_at > timedelta(seconds=settings.SESSION_IDLE_SECONDS):
            return False
        if now - row.last_seen_at > SEEN_EVERY and UNATTENDED not in request.headers:
            UserSession.objects.filter(pk=row.pk).update(last_seen_at=now)
            User.objects.filter(pk=user.pk).update(last_seen_at=now)
        return True


def _written_for(language: str, clock: tzinfo, parts: Any) -> Iterator[bytes]:
    """Write what streams for its reader too: it is made after the view has returned."""
    with translation.override(language), timezone.override(clock):
        yield from parts


class ReaderMiddleware:
    """The person's language, before sign-in the cookie's, else the browser's, else Arabic; and the
    clock of their branch, before sign-in and for programs UTC.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = self._language(request)
        user, is_program = request.user, request.path.startswith("/api/")
        clock = user.clock if isinstance(user, User) and not is_program else UTC
        with translation.override(language), timezone.override(clock):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            response.streaming_content = _written_for(language, clock, response.streaming_content)
        return response

    def _language(self, request: HttpRequest) -> str:
        known = {code for code, _name in settings.LANGUAGES}
        asked = getattr(request.user, "language", "") or request.COOKIES.get(LANGUAGE_COOKIE, "")
        if request.path.startswith("/api/") or asked not in known:
            header = request.headers.get("Accept-Language", "")
            if header or asked not in known:
                asked = translation.get_language_from_request(request) if header else "ar"
        return asked if asked in known else "ar"

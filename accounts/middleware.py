"""Around every request of a signed-in person: is the session still good, and in which language."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone, translation

from crm_project.kit.api.problems import json_problem
from crm_project.kit.htmx import redirect_to

from .errors import MfaSetupRequired
from .models import User, UserSession
from .services.activity import acting_from, record
from .services.mfa import must_set_up

GetResponse = Callable[[HttpRequest], HttpResponse]
SEEN_EVERY = timedelta(seconds=60)  # how often "last seen" is written
LANGUAGE_COOKIE = "language"
BEFORE_SETUP = frozenset(  # open to a person who must set up one-time codes first
    {"accounts:mfa_setup", "accounts:sign_out", "accounts:set_language", "accounts:logo"}
)


class SessionGuardMiddleware:
    """End sessions that are idle, revoked, or older than the person's last change of access."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and not self._is_good(request):
            UserSession.objects.filter(session_key=request.session.session_key).delete()
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
        row = UserSession.objects.filter(
            session_key=request.session.session_key, user_id=user.pk
        ).first()
        if row is None or request.session.get("epoch") != user.epoch:
            return False
        now = timezone.now()
        if now - row.created_at > timedelta(seconds=settings.SESSION_COOKIE_AGE):
            return False
        if now - row.last_seen_at > timedelta(seconds=settings.SESSION_IDLE_SECONDS):
            return False
        if now - row.last_seen_at > SEEN_EVERY:
            UserSession.objects.filter(pk=row.pk).update(last_seen_at=now)
            User.objects.filter(pk=user.pk).update(last_seen_at=now)
        return True


def _written_in(language: str, parts: Any) -> Iterator[bytes]:
    """Write what streams in the reader's language too: it is made after the view has returned."""
    with translation.override(language):
        yield from parts


class LanguageMiddleware:
    """The person's language; before sign-in the cookie's, else the browser's, else Arabic."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = self._language(request)
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            response.streaming_content = _written_in(language, response.streaming_content)
        return response

    def _language(self, request: HttpRequest) -> str:
        known = {code for code, _name in settings.LANGUAGES}
        asked = getattr(request.user, "language", "") or request.COOKIES.get(LANGUAGE_COOKIE, "")
        if request.path.startswith("/api/") or asked not in known:
            header = request.headers.get("Accept-Language", "")
            if header or asked not in known:
                asked = translation.get_language_from_request(request) if header else "ar"
        return asked if asked in known else "ar"

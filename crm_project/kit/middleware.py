"""What happens around every request: an id, clean text, no caching, business refusals as answers."""

import ipaddress
import re
import uuid
from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from .addresses import parse_address
from .api.problems import json_problem
from .errors import BusinessError, retry_header
from .errors_pages import bad_request, not_found
from .htmx import toast
from .logs import bind_request_id, current_request_id

GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
BAD_TEXT = re.compile("[\x00\ud800-\udfff]|%00")
BAD_PATH = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffd]|%00|%[89A-Fa-f][0-9A-Fa-f]")
BAD_QUERY = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd]|%00")


class RequestIdMiddleware:
    """Give the request an id, taken from the proxy when it sent a sane one, and return it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if SAFE_ID.fullmatch(given) else uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]
        with bind_request_id(request_id):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


class ClientAddressMiddleware:
    """Behind a trusted proxy the caller's address is the last one in X-Forwarded-For.

    Only proxies of settings.TRUSTED_PROXIES (networks) are believed: anybody else could write the
    header to slip past a limit (SECURITY.md AU-2, RL-1).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.networks = [ipaddress.ip_network(network) for network in settings.TRUSTED_PROXIES]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.networks and self._is_trusted(request.META.get("REMOTE_ADDR", "")):
            told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
            if parse_address(told):
                request.META["REMOTE_ADDR"] = told
        return self.get_response(request)

    def _is_trusted(self, text: str) -> bool:
        address = parse_address(text)
        return address is not None and any(address in network for network in self.networks)


class KnownHostMiddleware:
    """Refuse requests for a host that is not ours, on every page (SECURITY.md WB-2).

    Django itself looks only where a view asks for the host. The figures are fetched inside the
    private network, under whatever name the service has there.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path != "/metrics":
            try:
                request.get_host()
            except DisallowedHost as error:
                return bad_request(request, error)
        return self.get_response(request)


class BadTextMiddleware:
    """Refuse NUL, invalid UTF-8 and lone surrogates in path, query and form: PostgreSQL cannot store them.

    Path and query hold no control characters either; forms strip those from what people paste.
    Machines' doors are left out: they keep the raw bytes, or read JSON with their own check.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._is_bad(request):
            return bad_request(request, ValueError("text that cannot be stored"))
        return self.get_response(request)

    def _is_bad(self, request: HttpRequest) -> bool:
        if _is_bad_path(request) or BAD_TEXT.search(request.META.get("QUERY_STRING", "")):
            return True
        if any(BAD_QUERY.search(value) for value in _values(request.GET)):
            return True
        if request.path.startswith(("/webhooks/", "/api/", "/f/")):
            return False
        return _has_bad_form(request)


def _is_bad_path(request: HttpRequest) -> bool:
    """Django leaves bytes that are no UTF-8 escaped in the path; ASGI servers put U+FFFD there."""
    return bool(BAD_PATH.search(request.path))


def _has_bad_form(request: HttpRequest) -> bool:
    """Django reads invalid UTF-8 as U+FFFD, which people may also write: look at the bytes."""
    if request.content_type == "application/x-www-form-urlencoded":
        raw = unquote_to_bytes(request.body)
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            return True
        return b"\x00" in raw
    if request.content_type != "multipart/form-data":
        return False
    names = [file.name or "" for files in dict(request.FILES.lists()).values() for file in files]
    texts = [*_values(request.POST), *names]
    return any("\ufffd" in text or BAD_TEXT.search(text) for text in texts)


def _values(data: object) -> list[str]:
    lists = data.lists()  # type: ignore[attr-defined]
    return [text for key, values in lists for text in (key, *values)]


class NoStoreMiddleware:
    """Answers to signed-in people are never stored by a cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "user", None) and request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class BusinessErrorMiddleware:
    """A refusal of the business becomes a page, a toast or a problem document, never a 500."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Http404):  # the demo runs with DEBUG on: no technical page for people
            return not_found(request, error)
        if not isinstance(error, BusinessError):
            return None
        response = self._answer(request, error)
        for name, value in retry_header(error).items():
            response[name] = value
        return response

    def _answer(self, request: HttpRequest, error: BusinessError) -> HttpResponse:
        if request.headers.get("HX-Request"):
            return toast(HttpResponse(status=error.http_status), str(error.message), kind="bad")
        if request.path.startswith("/api/"):
            return json_problem(request, error.http_status, error.code, str(error.message))
        status = error.http_status
        context = {"message": error.message, "request_id": current_request_id(), "status": status}
        return render(request, "400.html", context, status=status)

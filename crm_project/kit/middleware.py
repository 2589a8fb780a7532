"""What happens around every request: an id, clean text, no caching, business refusals as answers."""

import ipaddress
import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from .errors import BusinessError
from .htmx import toast
from .logs import bind_request_id, current_request_id

GetResponse = Callable[[HttpRequest], HttpResponse]
SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
BAD_TEXT = re.compile("[\x00\ud800-\udfff]|%00")


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
            if _address(told):
                request.META["REMOTE_ADDR"] = told
        return self.get_response(request)

    def _is_trusted(self, text: str) -> bool:
        address = _address(text)
        return address is not None and any(address in network for network in self.networks)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


class BadTextMiddleware:
    """Refuse NUL, invalid UTF-8 and lone surrogates in path, query and form: PostgreSQL cannot store them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._is_bad(request):
            return render(request, "400.html", status=400)
        return self.get_response(request)

    def _is_bad(self, request: HttpRequest) -> bool:
        if BAD_TEXT.search(request.path) or BAD_TEXT.search(request.META.get("QUERY_STRING", "")):
            return True
        if any("\ufffd" in value or BAD_TEXT.search(value) for value in _values(request.GET)):
            return True
        return request.content_type == "application/x-www-form-urlencoded" and (
            not request.path.startswith(("/webhooks/", "/api/", "/f/"))
            and any(BAD_TEXT.search(value) for value in _values(request.POST))
        )


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
        if not isinstance(error, BusinessError):
            return None
        if request.headers.get("HX-Request"):
            return toast(HttpResponse(status=error.http_status), str(error.message), kind="bad")
        if request.path.startswith("/api/"):
            return JsonResponse({"detail": str(error.message)}, status=error.http_status)
        context = {"message": error.message, "request_id": current_request_id()}
        return render(request, "400.html", context, status=error.http_status)

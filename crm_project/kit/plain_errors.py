"""The demo runs with DEBUG on, for visitors too: what breaks is said plainly, without its insides.

Where DEBUG is set by name, a developer asked for Django's pages and gets them (settings.development).
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.safestring import SafeString
from django.views.debug import ExceptionReporter


class Unexplained(ExceptionReporter):
    """Writes no report for the browser, and marks the request instead. The log has the traceback."""

    def __init__(self, request: HttpRequest | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        if request is not None:
            request.unexplained = self.exc_value  # type: ignore[attr-defined]

    def get_traceback_html(self) -> SafeString:
        """Nothing: the middleware writes the page."""
        return SafeString("")

    def get_traceback_text(self) -> SafeString:
        """Nothing: the middleware writes the page."""
        return SafeString("")


class PolicyMiddleware(CSPMiddleware):
    """Gives pages about errors their policy too: django-csp keeps it from Django's own ones."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        status, response.status_code = response.status_code, HTTPStatus.OK
        response = super().process_response(request, response)
        response.status_code = status
        return response


class PlainErrorMiddleware:
    """Fill the empty report with the page, or the problem document, that production shows."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if hasattr(request, "unexplained"):
            from . import errors_pages  # needs loaded apps; Django's logging looks here before

            is_ours = response.status_code >= 500
            fault = request.unexplained
            plain = errors_pages.server_error(request, fault) if is_ours else _bad_request(request)
            response.content, response.status_code = plain.content, plain.status_code
            for name in {"Content-Type", "Retry-After"} & set(plain.headers):
                response[name] = plain[name]
        return response


def _bad_request(request: HttpRequest) -> HttpResponse:
    from . import errors_pages

    return errors_pages.bad_request(request, ValueError("a suspicious request"))

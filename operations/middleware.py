"""Times every request, outside of all other middleware."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from . import pulse
from .measuring import measure


class MeasuredMiddleware:
    """Count each answer with its latency; the minutes are written by this process's pulse."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        measure(request, response, seconds=time.perf_counter() - began, at=time.time())
        pulse.keep_alive()
        return response

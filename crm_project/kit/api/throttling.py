"""Rate limits per caller: 600 a minute signed in, 60 anonymous. A dead store lets calls through."""

from typing import Any

from rest_framework.throttling import BaseThrottle

from crm_project.kit import limits
from crm_project.kit.addresses import counted_as

WINDOW = 60  # seconds
SIGNED_IN, ANONYMOUS = 600, 60  # calls a window


class CallerThrottle(BaseThrottle):
    """Counts by user or by the connection's address, never by a header (SECURITY.md RL-1, RL-2)."""

    def allow_request(self, request: Any, view: Any) -> bool:
        user = request.user
        if user and user.is_authenticated:
            return limits.count(f"calls:u{user.pk}", window=WINDOW) <= SIGNED_IN
        return may_call_unknown(request)

    def wait(self) -> float:
        return limits.seconds_left(WINDOW)


def may_call_unknown(request: Any) -> bool:
    """Count a call by nobody known, also one refused for its key or token; False beyond 60."""
    address = counted_as(request.META.get("REMOTE_ADDR", ""))
    return limits.count(f"calls:a{address}", window=WINDOW) <= ANONYMOUS

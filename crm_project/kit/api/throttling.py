"""Rate limits per caller: 600 a minute signed in, 60 anonymous. A dead store lets calls through."""

import time
from typing import Any

import structlog
from django.core.cache import cache
from rest_framework.throttling import BaseThrottle

log = structlog.get_logger(__name__)

WINDOW = 60  # seconds
SIGNED_IN, ANONYMOUS = 600, 60  # calls a window


class CallerThrottle(BaseThrottle):
    """Counts by user or by the connection's address, never by a header (SECURITY.md RL-1, RL-2)."""

    def allow_request(self, request: Any, view: Any) -> bool:
        user = request.user
        known = bool(user and user.is_authenticated)
        limit = SIGNED_IN if known else ANONYMOUS
        who = f"u{user.pk}" if known else f"a{request.META.get('REMOTE_ADDR', '')}"
        key = f"calls:{who}:{int(time.time() // WINDOW)}"
        try:
            cache.add(key, 0, WINDOW * 2)
            return cache.incr(key) <= limit
        except Exception as error:
            log.warning("throttle_store_down", error=str(error))
            return True

    def wait(self) -> float:
        return WINDOW - time.time() % WINDOW

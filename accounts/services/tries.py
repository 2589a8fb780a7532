"""Counting wrong tries in the database: it survives restarts and asks no header (AU-2)."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone

from accounts.errors import TooManyTries
from accounts.models import LoginAttempt
from crm_project.kit.addresses import counted_as, parse_address
from crm_project.kit.text import normalise


@dataclass(frozen=True)
class Limit:
    """At most `most` tries within a sliding time."""

    most: int
    within: timedelta


PER_ACCOUNT = Limit(5, timedelta(minutes=15))
PER_ADDRESS = Limit(20, timedelta(minutes=1))
RESETS = Limit(3, timedelta(hours=1))
RESETS_PER_ADDRESS = Limit(20, timedelta(hours=1))  # an office shares one address


def account_key(email: str, kind: str = "sign-in") -> str:
    """Return the counter's key: equal for every writing of an address, known or not.

    Case, spaces, zero-width characters, width and marks make no second counter.
    """
    folded = normalise(email[:1000]).replace(" ", "")
    return hashlib.sha256(f"{kind}:{folded}".encode()).hexdigest()


def address_of(request: HttpRequest) -> str | None:
    """Return the connection's own address; headers that a client can write are not read."""
    address = parse_address(request.META.get("REMOTE_ADDR", ""))
    return None if address is None else str(address)


def network_of(request: HttpRequest) -> str | None:
    """Return whom tries are counted for: the address, of IPv6 the network that one caller owns."""
    return counted_as(request.META.get("REMOTE_ADDR", "")) or None


@contextmanager
def one_at_a_time(key: str) -> Iterator[None]:
    """Hold the key's lock and one transaction, so that parallel tries are counted one by one."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_lock_number(key)])
        yield


def _lock_number(key: str) -> int:
    return int.from_bytes(bytes.fromhex(key[:16]), "big", signed=True)


def refuse_when_locked(key: str, ip: str | None, limit: Limit = PER_ACCOUNT) -> None:
    """Raise TooManyTries while account or address are locked. Tries meanwhile prolong nothing."""
    wait = max(_wait(failures_of(key, limit), limit), _address_wait(ip))
    if wait:
        raise TooManyTries(wait)


def failures_of(key: str, limit: Limit = PER_ACCOUNT) -> list[datetime]:
    """Return when the key failed within the time and after its last success, newest first."""
    since = timezone.now() - limit.within
    rows = LoginAttempt.objects.filter(account=key, at__gt=since).order_by("-at", "-pk")
    failures: list[datetime] = []
    for at, is_success in rows.values_list("at", "is_success")[: limit.most + 1]:
        if is_success:
            break
        failures.append(at)
    return failures


def _address_wait(ip: str | None) -> int:
    if ip is None:
        return 0
    since = timezone.now() - PER_ADDRESS.within
    rows = LoginAttempt.objects.filter(ip=ip, is_success=False, at__gt=since).order_by("-at")
    return _wait(list(rows.values_list("at", flat=True)[: PER_ADDRESS.most]), PER_ADDRESS)


def _wait(failures: list[datetime], limit: Limit) -> int:
    """Return the seconds until fewer than `most` failures are within the time; 0 when free."""
    if len(failures) < limit.most:
        return 0
    opens_at = failures[limit.most - 1] + limit.within
    return max(1, int((opens_at - timezone.now()).total_seconds()) + 1)


def note(key: str, ip: str | None, *, is_success: bool) -> None:
    """Count one try."""
    LoginAttempt.objects.create(account=key, ip=ip, is_success=is_success)

"""Keys of integrations: made, shown once, checked by hash."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.errors import RoleAboveOwn
from accounts.models import IntegratorKey, User

from .activity import record
from .reach import exceeds

PREFIX = "mdr_"
USED_EVERY = timedelta(minutes=1)  # how often "last used" is written


@dataclass(frozen=True, kw_only=True)
class NewKey:
    """What a new key is for. `secret` is given by the demo only; otherwise it is drawn."""

    user: User
    name: str
    scopes: Sequence[str]
    expires_at: datetime | None = None
    secret: str = ""


def digest(key: str) -> str:
    """Return the stored form of a key: it has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


@transaction.atomic
def create_key(wanted: NewKey, *, actor: User | None) -> tuple[IntegratorKey, str]:
    """Make a key and return it with its secret, which is never shown again.

    `actor` None is the product itself. Errors: RoleAboveOwn for a key that opens what is closed to
    the actor.
    """
    if actor is not None:
        _check_reach(wanted, actor)
    secret = wanted.secret or PREFIX + secrets.token_urlsafe(32)
    key = IntegratorKey.objects.create(
        user=wanted.user,
        name=wanted.name,
        prefix=secret[:10],
        key_hash=digest(secret),
        scopes=list(wanted.scopes),
        expires_at=wanted.expires_at,
        created_by=actor,
    )
    record(actor, "key.created", key, changes={"scopes": [None, list(wanted.scopes)]})
    return key, secret


def _check_reach(wanted: NewKey, actor: User) -> None:
    role = wanted.user.role
    if role and exceeds(role, actor, {code: role.scope_of(code) for code in wanted.scopes}):
        raise RoleAboveOwn(field="scopes")


@transaction.atomic
def revoke_key(key: IntegratorKey, *, actor: User) -> None:
    """End a key at once; twice is once."""
    if IntegratorKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=timezone.now()):
        record(actor, "key.revoked", key)


def user_of_key(secret: str) -> User | None:
    """Return the integration behind a usable key, narrowed to the key's scopes."""
    key = (
        IntegratorKey.objects.usable()
        .select_related("user__role", "user__branch")
        .filter(key_hash=digest(secret))
        .first()
    )
    if key is None:
        return None
    now = timezone.now()
    if key.last_used_at is None or now - key.last_used_at > USED_EVERY:
        IntegratorKey.objects.filter(pk=key.pk).update(last_used_at=now)
    key.user.key_scopes = frozenset(key.scopes)
    return key.user

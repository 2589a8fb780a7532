"""Integrations: the users behind keys."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Branch, IntegratorKey, Role, User
from accounts.roles import RoleCode

from .activity import record
from .keys import NewKey, create_key


@dataclass(frozen=True, kw_only=True)
class Connection:
    """A key that is wanted: for an integration that is there, or for a new one of a branch."""

    name: str
    scopes: Sequence[str]
    integration: User | None = None
    branch: Branch | None = None
    expires_at: datetime | None = None


@transaction.atomic
def connect_integration(wanted: Connection, *, actor: User) -> tuple[IntegratorKey, str]:
    """Make a key, and the integration where it is a new one: both or neither.

    The key comes with its secret, which is never shown again. Errors: RoleAboveOwn.
    """
    user = wanted.integration or create_integration(
        name=wanted.name, branch=wanted.branch, actor=actor
    )
    key = NewKey(user=user, name=wanted.name, scopes=wanted.scopes, expires_at=wanted.expires_at)
    return create_key(key, actor=actor)


@transaction.atomic
def create_integration(*, name: str, branch: Branch | None, actor: User) -> User:
    """Make a user that only keys open: no password, no sign-in, the integrator's role."""
    user = User.objects.create_user(
        f"integration-{secrets.token_hex(6)}@integrations.invalid",
        name=name,
        branch=branch,
        role=Role.objects.get(code=RoleCode.INTEGRATOR),
        is_service=True,
    )
    record(actor, "integration.created", user)
    return user

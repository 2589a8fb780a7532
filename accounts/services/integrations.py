"""Integrations: the users behind keys."""

import secrets

from django.db import transaction

from accounts.models import Branch, Role, User
from accounts.roles import RoleCode

from .activity import record


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

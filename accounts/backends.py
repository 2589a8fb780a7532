"""Django's authentication backend: e-mail and password, permissions from the role."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from .models import User


class RoleBackend(BaseBackend):
    """Loads people with all that decides access in one query."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """Check the password, taking the same time for unknown people (SECURITY.md AU-3)."""
        email = (username or kwargs.get("email") or "").strip().lower()
        user = User.objects.with_access().filter(email=email, is_service=False).first()
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password or "") and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        """Return an active person; a deactivated one is nobody at the next request."""
        return User.objects.with_access().filter(pk=user_id, is_active=True).first()

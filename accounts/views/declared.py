"""The base of pages that need one declared permission."""

from typing import Any, cast

from django.views.generic import View

from accounts.models import User
from accounts.permissions import USE_ACCOUNT
from crm_project.kit.views import Declared


class AccountView(Declared, View):
    """A page of a signed-in person."""

    permission_required: Any = USE_ACCOUNT

    @property
    def me(self) -> User:
        """The signed-in person; the sign-in middleware lets nobody else here."""
        return cast(User, self.request.user)

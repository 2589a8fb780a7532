"""How the pages reach one import: within the person's scope, or it is not there."""

from typing import Any, cast

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.generic import View

from accounts.models import User
from crm_project.kit.views import Declared
from exchange import permissions
from exchange.models import Batch
from exchange.registry import resources
from exchange.resource import Resource


class ImportView(Declared, View):
    """A page or action of imports."""

    permission_required: Any = permissions.IMPORT
    request: HttpRequest

    @property
    def me(self) -> User:
        """The signed-in person."""
        return cast(User, self.request.user)

    @property
    def allowed(self) -> dict[str, Resource]:
        """What the person may import, by code."""
        return allowed_to(self.me)

    def reach(self, pk: int) -> tuple[Batch, Resource]:
        """Return an import that the person sees, and its resource. Raises Http404."""
        rows = Batch.objects.visible_to(self.me).select_related("owner", "branch")
        batch = get_object_or_404(rows, pk=pk)
        resource = self.allowed.get(batch.resource)
        if resource is None:
            raise Http404
        return batch, resource


def allowed_to(user: User) -> dict[str, Resource]:
    """Return the resources whose records the person may add."""
    known = resources()
    return {code: one for code, one in known.items() if user.has_perm(one.permission)}

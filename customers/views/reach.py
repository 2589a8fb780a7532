"""How the pages reach one customer: within the reader's scope, or it is not there."""

from typing import Any, cast

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.views.generic import View

from accounts.models import User
from crm_project.kit.views import Declared
from customers import permissions
from customers.errors import PartOfAnother
from customers.models import Customer


class CustomerView(Declared, View):
    """A page or action of customers that needs one declared permission."""

    permission_required: Any = permissions.VIEW
    request: HttpRequest

    @property
    def me(self) -> User:
        """The signed-in person."""
        return cast(User, self.request.user)

    def customer(self, pk: int) -> Customer:
        """Return the customer within the scope of the view's permission.

        Raises Http404, and PartOfAnother where something would be written to a merged one.
        """
        rows = Customer.objects.visible_to(self.me, self.permission_required)
        known = rows.select_related("owner", "category", "branch")
        found = cast(Customer, get_object_or_404(known, pk=pk))
        is_change = self.permission_required == permissions.CHANGE
        if is_change and self.request.method == "POST" and found.merged_into_id:
            raise PartOfAnother  # what is written there would be seen by nobody
        return found

"""How the pages reach one customer: within the reader's scope, or it is not there."""

from typing import Any, cast

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.views.generic import View

from accounts.models import User
from crm_project.kit.views import Declared
from customers import permissions
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
        """Return the customer within the scope of the view's permission. Raises Http404."""
        rows = Customer.objects.visible_to(self.me, self.permission_required)
        known = rows.select_related("owner", "category", "branch")
        return cast(Customer, get_object_or_404(known, pk=pk))

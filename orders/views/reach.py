"""How the pages reach one order: within the reader's scope, or it is not there."""

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.generic import View

from accounts.models import User
from crm_project.kit.errors import BusinessError
from crm_project.kit.htmx import toast, trigger, wants_partial
from crm_project.kit.views import Declared
from orders import permissions
from orders.models import Order

WITH = ("customer", "customer__category", "owner", "branch", "warehouse")


class OrderView(Declared, View):
    """A page or action of orders that needs one declared permission."""

    permission_required: Any = permissions.VIEW
    request: HttpRequest

    @property
    def me(self) -> User:
        """The signed-in person."""
        return cast(User, self.request.user)

    def order(self, pk: int) -> Order:
        """Return the order within the scope of the view's permission. Raises Http404."""
        rows = Order.objects.visible_to(self.me, self.permission_required)
        return cast(Order, get_object_or_404(rows.select_related(*WITH), pk=pk))


def add_refusal(form: Any, error: BusinessError) -> None:
    """Show a refusal of the business at its field, or above the form."""
    form.add_error(error.field if error.field in form.fields else None, str(error.message))


def done(request: HttpRequest, order: Order, text: Any) -> HttpResponse:
    """Answer a step: a toast and a fresh page, or the way back to it without scripts."""
    if wants_partial(request):
        events = {"close-dialog": True, f"order-{order.pk}-changed": True}
        return toast(trigger(HttpResponse(status=204), **events), str(text))
    messages.success(request, str(text))
    return HttpResponse(status=302, headers={"Location": order.get_absolute_url()})

"""How the pages reach products, documents and places: within the reader's scope, or not there."""

from typing import Any, cast

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.views.generic import View

from accounts.models import User
from crm_project.kit.errors import BusinessError
from crm_project.kit.views import Declared
from inventory import permissions
from inventory.costs import sees_cost
from inventory.models import Product


class InventoryView(Declared, View):
    """A page or action of inventory that needs one declared permission."""

    permission_required: Any = permissions.VIEW_PRODUCT
    request: HttpRequest

    @property
    def me(self) -> User:
        """The signed-in person."""
        return cast(User, self.request.user)

    @property
    def sees_cost(self) -> bool:
        """The person sees costs and values."""
        return sees_cost(self.me)

    def reach(self, model: Any) -> Any:
        """Return the rows of a model that the view's permission reaches."""
        return model.objects.visible_to(self.me, self.permission_required)

    def row(self, rows: Any, pk: int) -> Any:
        """Return a row of a queryset, or raise Http404."""
        return get_object_or_404(rows, pk=pk)

    def product(self, pk: int) -> Product:
        """Return a product. Raises Http404."""
        return cast(Product, self.row(self.reach(Product).select_related("category", "cover"), pk))


def add_refusal(form: Any, error: BusinessError) -> None:
    """Show a refusal of the business at its field, or above the form."""
    form.add_error(error.field if error.field in form.fields else None, str(error.message))

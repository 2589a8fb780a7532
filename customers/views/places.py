"""Addresses on the customer's page. Every answer is the panel again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from crm_project.kit.errors import BusinessError
from crm_project.kit.forms import form_response
from crm_project.kit.htmx import toast, trigger
from customers import permissions
from customers.forms import AddressForm
from customers.models import Address, Customer
from customers.services import add_address, change_address, make_primary_address, remove_address

from .reach import CustomerView

PANEL = "customers/partials/customer_addresses.html"
FORM = "customers/partials/customer_address_form.html"


class AddressesView(CustomerView):
    """The addresses; the primary one first."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return render(request, PANEL, addresses_context(self.customer(pk), self.me))


class AddressAddView(CustomerView):
    """Adds an address, in the side panel."""

    permission_required = permissions.CHANGE

    def get(self, request: HttpRequest, pk: int, **_address: int) -> HttpResponse:
        customer = self.customer(pk)
        form = AddressForm(address=self.address(customer))
        return render(request, FORM, self._context(customer, form))

    def post(self, request: HttpRequest, pk: int, **_address: int) -> HttpResponse:
        customer = self.customer(pk)
        address = self.address(customer)
        form = AddressForm(request.POST, address=address)
        if form.is_valid():
            try:
                self.save(customer, form)
            except BusinessError as error:
                form.add_error(None, str(error))
            else:
                events = {"close-dialog": True, "addresses-changed": True}
                return toast(trigger(HttpResponse(status=204), **events), _("Saved."))
        return form_response(request, FORM, form, self._context(customer, form))

    def address(self, customer: Customer) -> Address | None:
        """Return the address to change; none here."""
        return None

    def save(self, customer: Customer, form: AddressForm) -> None:
        """Save it by its service."""
        add_address(customer, form.draft(), actor=self.me)

    def _context(self, customer: Customer, form: AddressForm) -> dict[str, Any]:
        title = _("Edit address") if form.address else _("Add an address")
        return {"form": form, "customer": customer, "title": title, "url": self.request.path}


class AddressEditView(AddressAddView):
    """Changes an address."""

    def address(self, customer: Customer) -> Address | None:
        return get_object_or_404(customer.addresses, pk=self.kwargs["address_pk"])

    def save(self, customer: Customer, form: AddressForm) -> None:
        assert form.address is not None  # address() found it
        change_address(form.address, form.draft(), actor=self.me)


class _OneAddressView(CustomerView):
    permission_required = permissions.CHANGE
    http_method_names = ["post"]

    def address(self, pk: int, address_pk: int) -> Address:
        """Return an address of a customer within reach. Raises Http404."""
        return get_object_or_404(self.customer(pk).addresses, pk=address_pk)


class AddressRemoveView(_OneAddressView):
    """Removes an address."""

    def post(self, request: HttpRequest, pk: int, address_pk: int) -> HttpResponse:
        remove_address(self.address(pk, address_pk), actor=self.me)
        response = render(request, PANEL, addresses_context(self.customer(pk), self.me))
        return toast(response, _("Address removed."))


class AddressPrimaryView(_OneAddressView):
    """Makes an address the primary one."""

    def post(self, request: HttpRequest, pk: int, address_pk: int) -> HttpResponse:
        make_primary_address(self.address(pk, address_pk), actor=self.me)
        return render(request, PANEL, addresses_context(self.customer(pk), self.me))


def addresses_context(customer: Customer, user: Any) -> dict[str, Any]:
    """What the addresses panel shows; without addresses, what stands on the customer's row."""
    return {
        "customer": customer,
        "addresses": list(customer.addresses.all()),
        "can_change": user.has_perm(permissions.CHANGE),
    }

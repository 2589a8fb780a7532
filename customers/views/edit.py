"""Making, editing and archiving a customer, and the duplicate check while typing."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from crm_project.kit.forms import form_response
from crm_project.kit.htmx import redirect_to, toast, wants_partial
from customers import permissions
from customers.errors import CustomerChangedMeanwhile
from customers.forms import CustomerEditForm, CustomerNewForm
from customers.services import archive_customer, find_duplicates

from .detail import changes_since
from .reach import CustomerView

FORM, PANEL = "customers/customer_form.html", "customers/partials/customer_form_panel.html"


def _template(request: HttpRequest) -> str:
    return PANEL if wants_partial(request) else FORM


class CustomerNewView(CustomerView):
    """A new customer, in the side panel or as a page."""

    permission_required = permissions.ADD

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, _template(request), _new(CustomerNewForm(editor=self.me)))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CustomerNewForm(request.POST, editor=self.me)
        if not form.is_valid():
            return form_response(request, _template(request), form, _new(form))
        customer = form.save()
        return redirect_to(request, customer.get_absolute_url())


class CustomerEditView(CustomerView):
    """Changes a customer; somebody else's change in between is shown, not overwritten."""

    permission_required = permissions.CHANGE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = self.customer(pk)
        form = CustomerEditForm(editor=self.me, customer=customer)
        return render(request, _template(request), _edit(form))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = self.customer(pk)
        form = CustomerEditForm(request.POST, editor=self.me, customer=customer)
        if not form.is_valid():
            return form_response(request, _template(request), form, _edit(form))
        try:
            form.save()
        except CustomerChangedMeanwhile as error:
            return self._conflict(request, form, error)
        return redirect_to(request, customer.get_absolute_url())

    def _conflict(
        self, request: HttpRequest, form: CustomerEditForm, error: CustomerChangedMeanwhile
    ) -> HttpResponse:
        """Show what was written and what others changed; the next save goes on top of that."""
        form.add_error(None, str(error.message))
        seen = changes_since(form.customer, form.cleaned_data["version"])
        data: QueryDict = request.POST.copy()
        data["version"] = str(form.customer.version)
        form.data = data
        context = {**_edit(form), "form": form, "conflicts": seen}
        return render(request, _template(request), context, status=422)


class CustomerArchiveView(CustomerView):
    """Takes a customer out of the lists, or brings it back."""

    permission_required = permissions.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = self.customer(pk)
        is_archived = request.POST.get("restore", "") == ""
        archive_customer(customer, actor=self.me, is_archived=is_archived)
        text = _("Archived.") if is_archived else _("Back in the list.")
        return toast(redirect_to(request, customer.get_absolute_url()), text)


class DuplicateCheckView(CustomerView):
    """Who this may be already: asked while the form of a new customer is written."""

    permission_required = permissions.ADD
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CustomerNewForm(request.POST, editor=self.me)
        context = {"candidates": find_duplicates(form.sought(), user=self.me), "is_check": True}
        return render(request, "customers/partials/customer_duplicates.html", context)


def _new(form: CustomerNewForm) -> dict[str, Any]:
    return {
        "form": form,
        "title": _("New customer"),
        "url": reverse("customers:new"),
        "submit": _("Add customer"),
        "back_url": reverse("customers:list"),
    }


def _edit(form: CustomerEditForm) -> dict[str, Any]:
    customer = form.customer
    return {
        "form": form,
        "customer": customer,
        "title": _("Edit customer"),
        "url": reverse("customers:edit", args=[customer.pk]),
        "submit": _("Save"),
        "back_url": customer.get_absolute_url(),
    }

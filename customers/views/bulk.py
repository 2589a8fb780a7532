"""Changing what was chosen in the list, and taking it back."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm_project.kit.htmx import toast, trigger
from customers import permissions
from customers.filters import CustomerFilter
from customers.forms import BulkForm
from customers.models import Customer
from customers.services import bulk_change, undo_bulk_change

from .reach import CustomerView

PERMISSION = {
    "assign": permissions.ASSIGN,
    "category": permissions.CHANGE,
    "tag": permissions.CHANGE,
    "archive": permissions.CHANGE,
}
_MOST_IDS = 5_000
_SHARED = ("owner", "category", "tag")  # names of a filter and of an answer


class BulkView(CustomerView):
    """One action on the chosen rows, or on all that match the filters.

    The bar posts the choice; the answer is a small form in the side panel, which posts it again
    with `confirmed`. Archiving needs no form.
    """

    permission_required = permissions.VIEW
    http_method_names = ["post"]
    template = "customers/partials/customer_bulk_form.html"

    def post(self, request: HttpRequest, action: str) -> HttpResponse:
        code = PERMISSION.get(action)
        if code is None:
            raise Http404
        if not self.me.has_perm(code):
            raise PermissionDenied
        is_confirmed = action == "archive" or "confirmed" in request.POST
        form = BulkForm(request.POST if is_confirmed else None, action=action, editor=self.me)
        if not is_confirmed or not form.is_valid():
            return self._ask(request, action, form)
        done = bulk_change(self._chosen(request, code), form.change(), actor=self.me)
        return _answer(len(done.changes["before"]), reverse("customers:bulk_undo", args=[done.pk]))

    def _ask(self, request: HttpRequest, action: str, form: BulkForm) -> HttpResponse:
        titles = {"assign": _("Assign"), "category": _("Category"), "tag": _("Tag")}
        kept = [
            (f"filter_{name}" if name in _SHARED else name, value)
            for name, value in _kept(request.POST).items()
        ]
        context = {
            "form": form,
            "title": titles.get(action, ""),
            "url": reverse("customers:bulk", args=[action]),
            "kept": kept,
        }
        return render(request, self.template, context, status=422 if form.errors else 200)

    def _chosen(self, request: HttpRequest, code: str) -> QuerySet[Customer]:
        rows: Any = Customer.objects.visible_to(self.me, code)
        if request.POST.get("scope") == "all":
            filters = CustomerFilter(_kept(request.POST), rows, request=request)
            return filters.qs if filters.is_valid() else rows.none()
        return rows.filter(pk__in=_ids(request.POST.get("ids", "")))


def _kept(data: QueryDict) -> dict[str, str]:
    """The choice and the filters of the list, by the list's names.

    The confirming form has answers of the same names; there the filters are called filter_….
    """
    is_confirmed = "confirmed" in data
    left_out = {"csrfmiddlewaretoken", "confirmed", *(_SHARED if is_confirmed else ())}
    return {
        name.removeprefix("filter_"): str(value)
        for name, value in data.items()
        if value and name not in left_out
    }


def _ids(text: str) -> list[int]:
    written = text[: _MOST_IDS * 12].split(",")[:_MOST_IDS]
    return [int(one) for one in written if one.isascii() and one.isdigit() and len(one) < 19]


def _answer(count: int, undo: str) -> HttpResponse:
    text = ngettext("%(count)d customer changed", "%(count)d customers changed", count)
    events = {"close-dialog": True, "bulk-done": True, "customers-changed": True}
    response = trigger(HttpResponse(status=204), **events)
    return toast(response, text % {"count": count}, undo=undo if count else None)


class BulkUndoView(CustomerView):
    """Takes the last bulk action back."""

    permission_required = permissions.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, activity_pk: int) -> HttpResponse:
        count = undo_bulk_change(activity_pk, actor=self.me)
        text = ngettext("%(count)d customer as before", "%(count)d customers as before", count)
        response = trigger(HttpResponse(status=204), **{"customers-changed": True})
        return toast(response, text % {"count": count})

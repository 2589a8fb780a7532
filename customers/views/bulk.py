"""Changing what was chosen in the list, and taking it back."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm_project.kit.counts import Grouped
from crm_project.kit.htmx import redirect_to, toast, trigger, wants_partial
from crm_project.kit.text import whole_number
from customers import permissions
from customers.filters import CustomerFilter
from customers.forms import BulkFieldForm, BulkForm
from customers.models import Customer, CustomField
from customers.services import bulk, bulk_change, undo_bulk_change
from customers.services.bulk_job import RunState, plan_of, run_state, start_run, start_undo
from customers.tasks import change_next_customers, take_back_last_customers

from .bulk_filters import SEAL, check_filters
from .reach import CustomerView

PERMISSION = {
    "assign": permissions.ASSIGN,
    "category": permissions.CHANGE,
    "tag": permissions.CHANGE,
    "status": permissions.CHANGE,
    "field": permissions.CHANGE,
    "archive": permissions.CHANGE,
    "merge": permissions.MERGE,
}
_MOST_IDS = 5_000
_SHARED = ("owner", "category", "tag", "status")  # names of a filter and of an answer
_ANSWERS = ("custom_field", "value")  # names of an answer only


class BulkView(CustomerView):
    """One action on the chosen rows, or on all that match the filters.

    The bar posts the choice; the answer is a small form in the side panel, which posts it again
    with `confirmed`. Archiving needs no form. All that match: those of the list that was shown.
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
        if request.POST.get("scope") == "all":
            check_filters(self.me, _kept(request.POST), request.POST.get(SEAL, ""))
        if action == "merge":
            return self._merge(request, code)
        field = self._field(request) if action == "field" else None
        if action == "field" and field is None:
            return self._ask(request, action, BulkFieldForm())
        is_confirmed = action == "archive" or "confirmed" in request.POST
        form = BulkForm(
            request.POST if is_confirmed else None, action=action, editor=self.me, field=field
        )
        if not is_confirmed or not form.is_valid():
            return self._ask(request, action, form)
        chosen, change = self._chosen(request, code), form.change()
        if request.POST.get("scope") == "all" and _is_many(chosen):
            plan = plan_of(change, filters=_kept(request.POST), permission=code)
            return self._follow(start_run(plan, actor=self.me, step=change_next_customers).pk)
        done = bulk_change(chosen, change, actor=self.me)
        return _answer(len(done.changes["before"]), reverse("customers:bulk_undo", args=[done.pk]))

    def _follow(self, run_id: int) -> HttpResponse:
        """Show how far the run is, in the side panel, wherever the button's answer would go."""
        context = {"state": run_state(run_id, actor=self.me), "title": _("Changing many customers")}
        response = render(self.request, "customers/partials/customer_bulk_run_panel.html", context)
        response["HX-Retarget"], response["HX-Reswap"] = "#panel-content", "innerHTML"
        return trigger(response, **{"bulk-done": True})

    def _merge(self, request: HttpRequest, code: str) -> HttpResponse:
        """Open the merge of exactly two, the older one kept unless that is turned round."""
        pks = list(self._chosen(request, code).order_by("pk").values_list("pk", flat=True)[:3])
        if len(pks) != 2:
            text = _("Choose exactly two customers to merge.")
            return toast(HttpResponse(status=204), text, kind="bad")
        return redirect_to(request, reverse("customers:merge", args=pks))

    def _field(self, request: HttpRequest) -> CustomField | None:
        """The field to change, once it is chosen."""
        code = request.POST.get("custom_field", "")[:40]
        return CustomField.objects.visible_to(self.me).filter(code=code, is_active=True).first()

    def _ask(self, request: HttpRequest, action: str, form: forms.Form) -> HttpResponse:
        titles = {
            "assign": _("Assign"),
            "category": _("Category"),
            "tag": _("Tag"),
            "status": _("Status"),
            "field": _("Change a field"),
        }
        kept = [
            (f"filter_{name}" if name in _SHARED else name, value)
            for name, value in _kept(request.POST).items()
        ]
        context = {
            "form": form,
            "title": titles.get(action, ""),
            "url": reverse("customers:bulk", args=[action]),
            "kept": [*kept, *self._chosen_field(form)],
            "is_last_step": isinstance(form, BulkForm),
        }
        return render(request, self.template, context, status=422 if form.errors else 200)

    def _chosen_field(self, form: forms.Form) -> list[tuple[str, str]]:
        field = getattr(form, "custom_field", None)
        return [("custom_field", field.code)] if field else []

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
    left_out = {"csrfmiddlewaretoken", "confirmed", *_ANSWERS}
    left_out |= set(_SHARED if is_confirmed else ())
    return {
        name.removeprefix("filter_"): str(value)
        for name, value in data.items()
        if value and name not in left_out
    }


def _ids(text: str) -> list[int]:
    written = text[: _MOST_IDS * 12].split(",")[:_MOST_IDS]
    return [pk for one in written if (pk := whole_number(one))]


def _is_many(rows: QuerySet[Customer]) -> bool:
    """True for more customers than one step takes."""
    return rows.order_by()[: bulk.MOST_AT_ONCE + 1].count() > bulk.MOST_AT_ONCE


def _answer(count: int, undo: str) -> HttpResponse:
    text = ngettext("%(count)s customer changed", "%(count)s customers changed", count)
    events = {"close-dialog": True, "bulk-done": True, "customers-changed": True}
    response = trigger(HttpResponse(status=204), **events)
    return toast(response, text % {"count": Grouped(count)}, undo=undo if count else None)


class BulkUndoView(CustomerView):
    """Takes the last bulk action back."""

    permission_required = permissions.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, activity_pk: int) -> HttpResponse:
        count = undo_bulk_change(activity_pk, actor=self.me)
        text = ngettext("%(count)s customer as before", "%(count)s customers as before", count)
        response = trigger(HttpResponse(status=204), **{"customers-changed": True})
        return toast(response, text % {"count": Grouped(count)})


class BulkRunView(CustomerView):
    """How far a change of many customers is: a page, or its body for the panel that watches it."""

    permission_required = permissions.VIEW
    page, body = "customers/bulk_run.html", "customers/partials/customer_bulk_run.html"

    def get(self, request: HttpRequest, run_pk: int) -> HttpResponse:
        template = self.body if wants_partial(request) else self.page
        return render(request, template, {"state": self.state(run_pk)})

    def state(self, run_pk: int) -> RunState:
        """Return the state of the person's own run. Raises Http404."""
        state = run_state(run_pk, actor=self.me)
        if state is None:
            raise Http404
        return state


class BulkRunUndoView(BulkRunView):
    """Stops a change of many customers and takes back what it did."""

    permission_required = permissions.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, run_pk: int) -> HttpResponse:
        self.state(run_pk)
        start_undo(run_pk, actor=self.me, step=take_back_last_customers)
        if not wants_partial(request):
            return redirect("customers:bulk_run", run_pk)
        return render(request, self.body, {"state": self.state(run_pk)})

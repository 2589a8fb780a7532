"""Handing many orders to a colleague, and taking it back."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from crm_project.kit.counts import Grouped
from crm_project.kit.errors import BusinessError
from crm_project.kit.forms import form_response
from crm_project.kit.htmx import toast, trigger
from crm_project.kit.text import whole_number
from orders import permissions
from orders.filters import OrderFilter
from orders.forms import AssignForm
from orders.models import Order
from orders.services import assign_order

from .reach import OrderView

MOST = 500  # orders at once
KEPT = "orders_handed_over"  # in the session: what the last hand-over changed
PANEL = "orders/partials/bulk_panel.html"
NOT_FILTERS = {"csrfmiddlewaretoken", "confirmed", "owner", "ids", "scope"}


class TooMany(BusinessError):
    """More orders than one step takes."""

    code = "too_many_at_once"
    message = gettext_lazy("At most 500 orders at once. Choose fewer.")
    http_status = 400


class BulkAssignView(OrderView):
    """The bar posts the choice; the answer is a small form, which posts it again."""

    permission_required = permissions.ASSIGN
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        is_confirmed = "confirmed" in request.POST
        form = AssignForm(request.POST if is_confirmed else None, editor=self.me)
        context = {"form": form, "kept": self._kept(), "form_action": reverse("orders:bulk_assign")}
        words = {"title": _("Hand over"), "submit_label": _("Assign")}
        if not is_confirmed or not form.is_valid():
            return form_response(request, PANEL, form, {**context, **words})
        chosen = list(self._chosen()[: MOST + 1])
        if len(chosen) > MOST:
            raise TooMany
        before, skipped = self._assign(chosen, form.cleaned_data["owner"])
        request.session[KEPT] = {"before": before, "owner": form.cleaned_data["owner"].pk}
        return _answer(len(before), skipped)

    def _assign(self, chosen: list[Order], owner: User) -> tuple[dict[str, int | None], int]:
        """Hand over what can be handed over; who had each before, and how many stayed."""
        before: dict[str, int | None] = {}
        skipped = 0
        for order in chosen:
            if order.owner_id == owner.pk:
                continue
            try:
                with transaction.atomic():
                    assign_order(order, owner, actor=self.me)
            except BusinessError:  # finished meanwhile, or not a branch of the person's
                skipped += 1
                continue
            before[str(order.pk)] = order.owner_id
        return before, skipped

    def _kept(self) -> list[tuple[str, str]]:
        """The choice and the list's filters, for the confirming form."""
        data = self.request.POST
        names = {"csrfmiddlewaretoken", "confirmed"} | ({"owner"} if "confirmed" in data else set())
        kept = [(name, str(value)) for name, value in data.items() if value and name not in names]
        return [("filter_owner" if name == "owner" else name, value) for name, value in kept]

    def _chosen(self) -> Any:
        rows: Any = Order.objects.visible_to(self.me, permissions.ASSIGN).order_by("pk")
        data = self.request.POST
        if data.get("scope") == "all":
            wanted = {name: value for name, value in data.items() if name not in NOT_FILTERS}
            if "filter_owner" in wanted:
                wanted["owner"] = wanted.pop("filter_owner")
            filters = OrderFilter(wanted, rows, request=self.request)
            return filters.qs if filters.is_valid() else rows.none()
        written = data.get("ids", "")[: MOST * 24].split(",")[: MOST + 1]
        return rows.filter(pk__in=[pk for one in written if (pk := whole_number(one))])


class BulkUndoView(OrderView):
    """Gives every order of the last hand-over back, unless somebody else has it by now."""

    permission_required = permissions.ASSIGN
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        kept = request.session.pop(KEPT, {"before": {}, "owner": 0})
        people = User.objects.in_bulk({pk for pk in kept["before"].values() if pk})
        mine = Order.objects.visible_to(self.me, permissions.ASSIGN)
        count = 0
        for order in mine.filter(pk__in=list(kept["before"]), owner_id=kept["owner"]):
            owner = people.get(kept["before"][str(order.pk)])
            if owner is None:
                continue
            try:
                assign_order(order, owner, actor=self.me)
                count += 1
            except BusinessError:  # finished meanwhile: it stays
                continue
        text = ngettext("%(count)s order as before", "%(count)s orders as before", count)
        answer = trigger(HttpResponse(status=204), **{"orders-changed": True})
        return toast(answer, text % {"count": Grouped(count)})


def _answer(count: int, skipped: int) -> HttpResponse:
    text = ngettext("%(count)s order handed over", "%(count)s orders handed over", count)
    words = text % {"count": Grouped(count)}
    if skipped:
        rest = ngettext("%(count)s stays as it was", "%(count)s stay as they were", skipped)
        words = f"{words} · {rest % {'count': Grouped(skipped)}}"
    events = {"close-dialog": True, "bulk-done": True, "orders-changed": True}
    undo = reverse("orders:bulk_undo") if count else None
    return toast(trigger(HttpResponse(status=204), **events), words, undo=undo)

"""The page of one inspection: facts, results, photos, history, orders; and its steps."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm_project.kit.htmx import redirect_to, toast, trigger, wants_partial
from customers.masking import PHONE, VISIBLE, shown_phone
from inspections import permissions
from inspections.checklist import Line, lines_of, sections_of
from inspections.models import Inspection, InspectionSignature
from inspections.services import make_draft_order, mark_no_show, set_out, start_inspection
from inspections.services.draft import quantity_of
from inspections.services.schedule import MOVABLE
from orders import permissions as orders
from orders.models import Order

from .calendar import problem_of
from .reach import InspectionView

MOST_EVENTS = 50
STEPS: dict[str, Callable[..., Inspection]] = {
    "set-out": set_out,
    "start": start_inspection,
    "no-show": mark_no_show,
}
Status = Inspection.Status


class InspectionDetailView(InspectionView):
    """Everything about a visit on one page, its body alone for live changes."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        inspection = self.inspection(pk)
        name = "partials/detail_body.html" if wants_partial(request) else "inspection_detail.html"
        return self.show(inspection.branch, f"inspections/{name}", self.context(inspection))

    def context(self, inspection: Inspection) -> dict[str, Any]:
        """What the page shows."""
        lines = lines_of(inspection)
        signatures = InspectionSignature.objects.visible_to(self.me).filter(inspection=inspection)
        events = list(inspection.events.select_related("actor", "inspector").order_by("-pk"))
        photos = [photo for line in lines for photo in line.photos]
        photos += list(inspection.photos.filter(item=None))
        return {
            "inspection": inspection,
            "sections": sections_of(line for line in lines if line.item.kind != "photo"),
            "faults": [line for line in lines if line.is_fault],
            "has_answers": any(line.is_done for line in lines),
            "photos": photos,
            "signature": signatures.first(),
            "events": events[:MOST_EVENTS],
            "problem": problem_of(inspection, timezone.now()),
            "orders": self._orders(inspection),
            "call": self._call(inspection),
            **self._may(inspection, lines),
        }

    def _orders(self, inspection: Inspection) -> list[Order]:
        """The order that waits for it and the one that came out of it, as far as they are seen."""
        ids = [pk for pk in (inspection.order_id, inspection.draft_order_id) if pk]
        return list(Order.objects.visible_to(self.me).filter(pk__in=ids)) if ids else []

    def _call(self, inspection: Inspection) -> dict[str, str]:
        """The customer's phone as the reader may see it, and whether it may be dialled."""
        mode = self.me.sees_field(PHONE)
        shown = shown_phone(inspection.customer.phone, mode)
        return {"text": shown, "url": f"tel:{inspection.customer.phone}" if mode == VISIBLE else ""}

    def _may(self, inspection: Inspection, lines: list[Line]) -> dict[str, Any]:
        """Which buttons the reader has; the services have the last word."""
        can_schedule = self._reaches(inspection, permissions.SCHEDULE)
        can_carry_out = self._reaches(inspection, permissions.CARRY_OUT)
        status = inspection.status
        is_ahead = status in (Status.SCHEDULED, Status.ON_THE_WAY)
        has_order_lines = any(line.item.product_id and quantity_of(line) for line in lines)
        return {
            "can_schedule": can_schedule and status in MOVABLE,
            "can_cancel": can_schedule and status not in (Status.COMPLETED, Status.CANCELLED),
            "can_edit": self.me.has_perm(permissions.ADD)
            and status not in (Status.COMPLETED, Status.CANCELLED),
            "can_set_out": can_carry_out and status == Status.SCHEDULED,
            "can_begin": can_carry_out and is_ahead,
            "can_go_on": can_carry_out and status == Status.IN_PROGRESS,
            "can_no_show": can_carry_out and (is_ahead or status == Status.IN_PROGRESS),
            "can_draft": status == Status.COMPLETED
            and not inspection.draft_order_id
            and has_order_lines
            and self.me.has_perm(orders.ADD),
            "draft_request": uuid4(),
        }

    def _reaches(self, inspection: Inspection, permission: str) -> bool:
        """True when the reader's permission reaches this inspection."""
        rows = Inspection.objects.visible_to(self.me, permission)
        return self.me.has_perm(permission) and rows.filter(pk=inspection.pk).exists()


class StepView(InspectionView):
    """Set out, begin, nobody there: one button each. Pressed twice, it happens once."""

    permission_required = permissions.CARRY_OUT
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, step: str) -> HttpResponse:
        inspection = self.inspection(pk)
        STEPS[step](inspection, actor=self.me)
        if not request.headers.get("HX-Request"):
            return redirect_to(request, inspection.get_absolute_url())
        response = trigger(HttpResponse(status=204), **{"inspections-changed": True})
        return toast(response, str(inspection.get_status_display()))


class DraftOrderView(InspectionView):
    """Writes the quote with what was measured, and opens it."""

    permission_required = (permissions.VIEW, orders.ADD)
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        inspection = self.inspection(pk, permissions.VIEW)
        order = make_draft_order(
            inspection, actor=self.me, request_id=_uuid(request.POST.get("request_id", ""))
        )
        return toast(redirect_to(request, order.get_absolute_url()), _("Draft order made."))


def _uuid(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None

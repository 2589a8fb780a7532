"""The inspections part of a customer's and of an order's page, and the tile of the home page."""

from datetime import datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from customers.models import Customer
from inspections import permissions
from inspections.models import Inspection
from orders.models import Order

from .calendar import problem_of
from .reach import InspectionView, dress

MOST = 10


class CustomerPanelView(InspectionView):
    """The customer's inspections that the reader may see, newest first."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
        rows = Inspection.objects.visible_to(self.me).filter(customer=customer)
        query = f"customer={customer.pk}"
        return self._answer(rows, query, list_query=query)

    def _answer(self, rows: Any, query: str, *, list_query: str) -> HttpResponse:
        newest = rows.for_list().order_by("-created_at", "-pk")[: MOST + 1]
        found = [dress(row) for row in newest]
        context = {
            "inspections": found[:MOST],
            "has_more": len(found) > MOST,
            "query": query,
            "list_query": list_query,
            "can_add": self.me.has_perm(permissions.ADD),
        }
        return render(self.request, "inspections/partials/panel.html", context)


class OrderPanelView(CustomerPanelView):
    """The inspections that an order waits for, and the one that it came from."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        order = get_object_or_404(Order.objects.visible_to(request.user), pk=pk)
        rows = Inspection.objects.visible_to(self.me)
        found = rows.filter(order=order) | rows.filter(draft_order=order)
        return self._answer(found, f"order={order.pk}", list_query=f"for_order={order.pk}")


class TodayTileView(InspectionView):
    """Today's visits within the reader's reach, what runs late first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        zone = self.me.clock
        today = now.astimezone(zone).date()
        since, until = (
            datetime.combine(day, time.min, zone) for day in (today, today + timedelta(days=1))
        )
        rows = Inspection.objects.visible_to(self.me).filter(
            starts_at__gte=since, starts_at__lt=until
        )
        standing = rows.exclude(status=Inspection.Status.CANCELLED).for_list()
        visits: list[Any] = [dress(row) for row in standing.order_by("starts_at")[:MOST]]
        for visit in visits:
            visit.problem = problem_of(visit, now)
        context = {"visits": visits, "today": today}
        return render(request, "inspections/partials/home_today.html", context)

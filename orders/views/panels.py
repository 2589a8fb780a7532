"""What orders show elsewhere: on the customer's page, and on the home page."""

from abc import ABC, abstractmethod
from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from customers.models import Customer
from orders import permissions
from orders.clock import BranchDay, branch_today
from orders.filters import NOT_OWED
from orders.models import Order

from .looks import TONES, payment_look
from .reach import OrderView

MOST = 10
ROWS = 6
LONGEST_DAY = timedelta(hours=26)  # with a clock that is set back in it


class CustomerPanelView(OrderView):
    """The customer's orders that the reader may see, newest first, and what is owed."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = get_object_or_404(Customer.objects.visible_to(self.me), pk=pk)
        rows = Order.objects.visible_to(self.me).filter(customer=customer)
        owing = Q(balance__gt=0) & ~Q(status__in=NOT_OWED)
        sums = rows.order_by("currency").values("currency")
        context = {
            "customer": customer,
            "orders": [dressed(one) for one in rows.order_by("-created_at", "-pk")[:MOST]],
            "owed": [
                (row["currency"], row["owed"])
                for row in sums.annotate(owed=Sum("balance", filter=owing))
                if row["owed"]
            ],
            "can_add": self.me.has_perm(permissions.ADD),
        }
        return render(request, "orders/partials/customer_panel.html", context)


def dressed(order: Any) -> Any:
    """The order with its state's colour and how far it is paid."""
    order.tone = TONES[Order.Status(order.status)]
    order.payment = payment_look(order)
    return order


class _Tile(OrderView, ABC):
    template: str

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, self.template, self.context())

    @abstractmethod
    def context(self) -> dict[str, Any]:
        """What the tile shows."""

    def mine(self) -> Any:
        """The orders that the reader sees."""
        return Order.objects.visible_to(self.me)


class MineTileView(_Tile):
    """The reader's own orders under way, the earliest promise first."""

    template = "orders/partials/home_mine.html"

    def context(self) -> dict[str, Any]:
        rows = self.mine().open().filter(owner=self.me).select_related("customer", "branch")
        by_promise = rows.order_by("promised_on", "pk")
        return {"orders": [dressed(one) for one in by_promise[:ROWS]]}


class OverdueTileView(_Tile):
    """Orders whose promised day has passed, the longest first."""

    template = "orders/partials/home_overdue.html"

    def context(self) -> dict[str, Any]:
        rows = self.mine().overdue().select_related("customer", "branch")
        found = list(rows.order_by("promised_on", "pk")[: ROWS + 1])
        return {"orders": [dressed(one) for one in found[:ROWS]], "has_more": len(found) > ROWS}


class TodayTileView(_Tile):
    """What was sold today, in each currency."""

    template = "orders/partials/home_today.html"

    def context(self) -> dict[str, Any]:
        lately = timezone.now() - LONGEST_DAY
        rows = self.mine().sold().filter(confirmed_at__gte=lately).order_by("currency")
        rows = rows.alias(day=BranchDay("confirmed_at")).filter(day=branch_today())
        sums = rows.values("currency").annotate(total=Sum("total"), count=Count("pk"))
        return {"sums": list(sums)}

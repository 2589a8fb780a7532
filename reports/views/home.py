"""The strip of figures on the home page, by what the reader may see."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import permissions as accounts
from crm_project.kit.money import currency_unit
from crm_project.kit.views import Declared
from inspections import permissions as inspections
from inventory import permissions as inventory
from orders import permissions as orders
from reports import permissions
from reports.figures.home import alerts_now, orders_now, sales_now, unscheduled_now
from reports.reach import reach_of
from reports.shown import headline, shown
from reports.table import change

from .reach import View

KEPT_SECONDS = 15


class HomeFiguresView(Declared, View):
    """Sales, open and late orders, low stock, visits without a time.

    Kept for some seconds for everybody of the same reach; `?fresh=1` counts now.
    """

    permission_required = accounts.USE_ACCOUNT

    def get(self, request: HttpRequest) -> HttpResponse:
        self.is_fresh = request.GET.get("fresh") == "1"
        makers = [
            ((permissions.VIEW_SALES, orders.VIEW), self._sales),
            ((orders.VIEW,), self._orders),
            ((inventory.VIEW_STOCK,), self._alerts),
            ((inspections.SCHEDULE,), self._visits),
        ]
        user: Any = request.user
        kpis = [kpi for codes, make in makers if user.has_perms(list(codes)) for kpi in make(user)]
        return render(request, "reports/partials/home_figures.html", {"kpis": kpis})

    def _kept(self, name: str, user: Any, codes: tuple[str, ...], count: Callable[[], Any]) -> Any:
        """The figure for everybody of the same reach, at most some seconds old."""
        key = f"report-home:{name}:{_reach_key(user, codes)}"
        found = None if self.is_fresh else cache.get(key)
        if found is None:
            found = count()
            cache.set(key, found, KEPT_SECONDS)
        return found

    def _sales(self, user: Any) -> list[dict[str, Any]]:
        codes = (permissions.VIEW_SALES, orders.VIEW)
        sold = self._kept("sales", user, codes, lambda: sales_now(reach_of(user, codes)))
        currency = sold["currency"]
        unit = currency_unit(currency, get_language() or "")
        delta = change(sold["month"], sold["before"])
        url = reverse("reports:sales")

        def kpi(label: str, value: Any, period: str) -> dict[str, Any]:
            text = headline(value, "money", currency)
            return {"label": label, "value": text, "unit": unit, "url": f"{url}?period={period}"}

        month = {
            "delta": "" if delta is None else shown(delta, "delta", currency),
            "is_good": None if not delta else delta > 0,
            "context": _("against the month before"),
        }
        return [
            kpi(_("Sales today"), sold["today"], "today"),
            kpi(_("Sales this month"), sold["month"], "month") | month,
        ]

    def _orders(self, user: Any) -> list[dict[str, Any]]:
        found = self._kept("orders", user, (orders.VIEW,), lambda: orders_now(user))
        url = reverse("orders:list")
        return [
            {"label": _("Orders under way"), "value": f"{found['open']:,}", "url": f"{url}?group=open"},
            {"label": _("Overdue orders"), "value": f"{found['overdue']:,}",
             "url": f"{url}?{urlencode({'overdue': 'true'})}", "is_bad": found["overdue"] > 0},
        ]  # fmt: skip

    def _alerts(self, user: Any) -> list[dict[str, Any]]:
        count = self._kept("alerts", user, (inventory.VIEW_STOCK,), lambda: alerts_now(user))
        url = reverse("inventory:low")
        return [{"label": _("Low stock"), "value": f"{count:,}", "url": url, "is_bad": count > 0}]

    def _visits(self, user: Any) -> list[dict[str, Any]]:
        count = self._kept("visits", user, (inspections.VIEW,), lambda: unscheduled_now(user))
        url = f"{reverse('inspections:list')}?status=requested"
        return [{"label": _("Inspections without a time"), "value": f"{count:,}", "url": url}]


def _reach_key(user: Any, codes: tuple[str, ...]) -> str:
    """Who shares a figure: the same scopes, and what these scopes hang on."""
    scopes = [str(user.scope_of(code)) for code in codes]
    if set(scopes) == {"company"}:
        return "company"
    if set(scopes) <= {"company", "branch"}:
        return f"branch:{user.branch_id}"
    return f"user:{user.pk}:{user.branch_id}:{user.department_id}:{'-'.join(scopes)}"

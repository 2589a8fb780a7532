"""The list of orders: search, filters, saved views, columns."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.generic import View

from accounts.models import SavedView
from accounts.roles import Scope
from accounts.saved_lists import (
    ColumnsPanel,
    chips,
    kept,
    own_columns,
    save_url,
    saved_views,
    view_tabs,
)
from crm_project.kit.htmx import trigger
from crm_project.kit.pages import COUNT_LIMIT, CappedCount, Page
from crm_project.kit.views import Declared, ListPage, TableView
from orders import permissions
from orders.filters import OrderFilter
from orders.models import Order

from .columns import COLUMNS, DEFAULT, Column, chosen_columns, draw, reads

PAGE = "orders:list"
LIVE = (  # soon after a single change, every few seconds in a stream of them
    "live:orders-changed from:body delay:400ms, "
    "live:orders-changed from:body throttle:4s, orders-changed from:body"
)
ORDERS = {
    "newest": ("-created_at", "-id"),
    "total": ("-total", "-id"),
    "promised": ("promised_on", "id"),
}


class OrderListView(TableView):
    """Orders within the reader's reach, fifty at a time."""

    permission_required = permissions.VIEW
    queryset = Order.objects.all()
    filterset_class = OrderFilter
    orders = ORDERS
    template_name = "orders/order_list.html"
    table_template = "orders/partials/list_answer.html"
    rows_template = "orders/partials/list_rows.html"

    @property
    def me(self) -> Any:
        """The signed-in person."""
        return self.request.user

    def get_queryset(self) -> QuerySet[Any]:
        """What the chosen columns need; the count comes with the first page's rows."""
        self.views = saved_views(self.me, PAGE)
        self.columns = chosen_columns(self._column_keys())
        if not OrderFilter.base_filters.keys() & self.request.GET.keys():
            self.filterset = None  # nothing is filtered: no form to build
            rows: Any = self.queryset.all().visible_to(self.me)  # type: ignore[attr-defined]
        else:
            rows = super().get_queryset()
        return rows.filter(promised_on__isnull=False) if self._order() == "promised" else rows

    def _column_keys(self) -> list[str]:
        if asked := self.request.GET.get("cols"):
            return asked.split(",")
        return own_columns(self.views, self.me)

    def _read(self, rows: QuerySet[Any], order: str, after: str) -> Page:
        if after:
            return super()._read(reads(rows, self.columns), order, after)
        counted = rows.order_by().values("pk")[: COUNT_LIMIT + 1]
        wanted = reads(rows.annotate(found=CappedCount(counted)), self.columns, "found")
        return super()._read(wanted, order, after)

    def _count(self, rows: QuerySet[Any], page: Page) -> tuple[int, bool]:
        found = page.rows[0].found if page.rows else 0
        return min(found, COUNT_LIMIT), found > COUNT_LIMIT

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        page = context["page"]
        return {
            **context,
            "rows": draw(page.rows, self.columns),
            "column_count": len(self.columns) + 2,
            "live_trigger": LIVE,
            **({} if "after" in self.request.GET else self._surroundings(page)),
        }

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """A new search or filter lets go of the chosen rows; a live refresh keeps them."""
        response = super().render_to_response(context, **kwargs)
        if self.request.headers.get("HX-Target") == "order-table":
            trigger(response, **{"filters-changed": True})
        return response

    def _surroundings(self, page: ListPage) -> dict[str, Any]:
        query = kept(self.request.GET)
        tabs = _tabs(self.views, self.me, query)
        return {
            "tabs": tabs,
            "query": query.urlencode(),
            "chips": chips(self.filterset, self._url_of) if self.filterset else [],
            "heads": [_head(column, page.order, self.request.GET) for column in self.columns],
            "hidden": [(key, value) for key, value in query.items() if key != "q"],
            "save_url": "" if any(tab["is_active"] for tab in tabs) else save_url(PAGE, query),
            "can_add": self.me.has_perm(permissions.ADD),
            "can_export": self.me.has_perm(permissions.EXPORT),
            "bulk_actions": self._bulk_actions(),
        }

    def _bulk_actions(self) -> list[dict[str, Any]]:
        if not self.me.has_perm(permissions.ASSIGN):
            return []
        url = reverse("orders:bulk_assign")
        return [{"label": _("Hand over"), "icon": "user-share", "url": url, "opens_panel": True}]


def _tabs(views: list[SavedView], user: Any, query: QueryDict) -> list[dict[str, Any]]:
    """The tabs: what everybody needs, and what was saved; the one that is shown is marked."""
    own = (
        []
        if user.scope_of(permissions.VIEW) == Scope.OWN
        else [(pgettext("orders", "Mine"), f"owner={user.pk}")]
    )
    fixed = [
        (pgettext("sales", "All orders"), ""),
        *own,
        (_("Under way"), "group=open"),
        (_("Quotes"), "group=quotes"),
        (_("Overdue"), "overdue=true"),
        (_("Unpaid"), "unpaid=true"),
    ]
    return view_tabs(fixed, views, user=user, page=PAGE, query=query)


def _head(column: Any, order: str, data: QueryDict) -> dict[str, Any]:
    head = {"label": column.label, "key": column.key, "css": column.css}
    if not column.order:
        return head
    query = kept(data)
    query["order"] = column.order
    direction = "descending" if ORDERS[column.order][0].startswith("-") else "ascending"
    aria = direction if column.order == order else ""
    return {**head, "url": f"?{query.urlencode()}", "aria": aria}


class OrderFiltersView(Declared, View):
    """The side panel with every filter."""

    permission_required = permissions.VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Order.objects.visible_to(request.user)
        filterset = OrderFilter(request.GET, rows, request=request)
        others = [
            (key, value)
            for key, value in kept(request.GET).items()
            if key not in filterset.filters or key in ("q", "customer")
        ]
        context = {"form": filterset.form, "kept": others, "list_url": reverse(PAGE)}
        return render(request, "orders/partials/list_filters_panel.html", context)


class OrderColumnsView(ColumnsPanel):
    """Chooses the columns of the list."""

    permission_required = permissions.VIEW
    page = PAGE
    default = DEFAULT

    def offered(self) -> dict[str, Column]:
        """Every column: none shows more than the list may."""
        return COLUMNS

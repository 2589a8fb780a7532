"""The customer list: search, filters, saved views, columns."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
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
from customers import permissions
from customers.columns import (
    COLUMNS,
    DEFAULT,
    Column,
    chosen_columns,
    custom_columns,
    draw,
    reader_of,
    reads,
)
from customers.filters import CustomerFilter
from customers.models import Customer

from .bulk_actions import bulk_actions
from .bulk_filters import seal_filters

PAGE = "customers:list"
LIVE = (  # soon after a single change, every few seconds in a stream of them
    "live:customers-changed from:body delay:400ms, "
    "live:customers-changed from:body throttle:4s, customers-changed from:body"
)
ORDERS = {
    "newest": ("-last_contact_at", "-id"),
    "name": ("name", "id"),
    "created": ("-created_at", "-id"),
}


class CustomerListView(TableView):
    """Customers within the reader's reach, fifty at a time."""

    permission_required = permissions.VIEW
    queryset = Customer.objects.all()
    filterset_class = CustomerFilter
    orders = ORDERS
    template_name = "customers/customer_list.html"
    table_template = "customers/partials/customer_answer.html"
    rows_template = "customers/partials/customer_rows.html"

    def get_queryset(self) -> QuerySet[Any]:
        """What the chosen columns need; the count comes with the first page's rows."""
        user: Any = self.request.user
        self.views = saved_views(user, PAGE)
        self.columns = chosen_columns(self._column_keys())
        if not CustomerFilter.is_filtered(self.request.GET):
            self.filterset = None  # most visits filter nothing: no form to build
            return self.queryset.all().visible_to(self.request.user).open()
        return super().get_queryset()

    def _column_keys(self) -> list[str]:
        if asked := self.request.GET.get("cols"):
            return asked.split(",")
        return own_columns(self.views, self.request.user)  # type: ignore[arg-type]

    def _read(self, rows: QuerySet[Any], order: str, after: str) -> Page:
        if after:
            return super()._read(reads(rows, self.columns), order, after)
        counted = rows.order_by().values("pk")[: COUNT_LIMIT + 1]
        wanted = reads(rows.annotate(total=CappedCount(counted)), self.columns, "total")
        return super()._read(wanted, order, after)

    def _count(self, rows: QuerySet[Any], page: Page) -> tuple[int, bool]:
        total = page.rows[0].total if page.rows else 0
        return min(total, COUNT_LIMIT), total > COUNT_LIMIT

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        user: Any = self.request.user
        reader = reader_of(user, can_change=user.has_perm(permissions.CHANGE))
        page = context["page"]
        return {
            **context,
            "rows": draw(page.rows, self.columns, reader),
            "columns": self.columns,
            "column_count": len(self.columns) + 3,
            "live_trigger": LIVE,
            "has_archived": not page.rows and self._has_archived(),
            **({} if "after" in self.request.GET else self._surroundings(page)),
        }

    def _has_archived(self) -> bool:
        """The reader sees archived customers: an empty list is no empty company."""
        rows: Any = Customer.objects.visible_to(self.request.user)
        return bool(rows.filter(archived_at__isnull=False).exists())

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """A new search or filter lets go of the chosen rows; a live refresh keeps them."""
        response = super().render_to_response(context, **kwargs)
        if self.request.headers.get("HX-Target") == "customer-table":
            trigger(response, **{"filters-changed": True})
        return response

    def _surroundings(self, page: ListPage) -> dict[str, Any]:
        """What stands around the rows: tabs, chips, heads, actions."""
        order = page.order
        user: Any = self.request.user
        query = kept(self.request.GET)
        tabs = _tabs(self.views, user, query)
        return {
            "tabs": tabs,
            "query": query.urlencode(),
            "chips": chips(self.filterset, self._url_of) if self.filterset else [],
            "heads": [_head(column, order, self.request.GET) for column in self.columns],
            "name_head": _sort("name", order, self.request.GET),
            "hidden": [(key, value) for key, value in query.items() if key != "q"],
            "save_url": save_url(PAGE, query) if not any(tab["is_active"] for tab in tabs) else "",
            "can_add": user.has_perm(permissions.ADD),
            "can_export": user.has_perm(permissions.EXPORT),
            "bulk_actions": bulk_actions(user),
            "filters_seal": seal_filters(user, query),
            "bulk_total": f"{page.count:,}+" if page.has_more_than_count else page.count,
        }


def _tabs(views: list[SavedView], user: Any, query: QueryDict) -> list[dict[str, Any]]:
    """The tabs: everything, the own ones, and what was saved; the one that is shown is marked."""
    fixed = [(_("All customers"), "")]
    if user.scope_of(permissions.VIEW) != Scope.OWN:
        fixed.append((_("Mine"), f"owner={user.pk}"))
    return view_tabs(fixed, views, user=user, page=PAGE, query=query)


def _head(column: Any, order: str, data: QueryDict) -> dict[str, Any]:
    sort = _sort(column.order, order, data) if column.order else {}
    return {"label": column.label, "key": column.key, **sort}


def _sort(name: str, order: str, data: QueryDict) -> dict[str, Any]:
    query = kept(data)
    query["order"] = name
    direction = "descending" if ORDERS[name][0].startswith("-") else "ascending"
    return {"url": f"?{query.urlencode()}", "aria": direction if name == order else ""}


class CustomerFiltersView(Declared, View):
    """The side panel with every filter, and the columns."""

    permission_required = permissions.VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Customer.objects.visible_to(request.user)
        filterset = CustomerFilter(request.GET, rows, request=request, offers_all=True)
        others = [
            (key, value)
            for key, value in kept(request.GET).items()
            if key not in filterset.filters or key == "q"
        ]
        return render(
            request,
            "customers/partials/customer_filters_panel.html",
            {"form": filterset.form, "kept": others},
        )


class CustomerColumnsView(ColumnsPanel):
    """Chooses the columns of the list, those of the company's own fields too."""

    permission_required = permissions.VIEW
    page = PAGE
    default = DEFAULT

    def offered(self) -> dict[str, Column]:
        """Every column: none shows more than the list may."""
        return {**COLUMNS, **custom_columns()}

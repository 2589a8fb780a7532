"""The customer list: search, filters, saved views, columns."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import IntegerField, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.models import SavedView
from accounts.roles import Scope
from crm_project.kit.htmx import redirect_to, trigger
from crm_project.kit.pages import COUNT_LIMIT, Page
from crm_project.kit.views import Declared, ListPage, TableView
from customers import permissions
from customers.columns import (
    COLUMNS,
    DEFAULT,
    chosen_columns,
    custom_columns,
    draw,
    reader_of,
    reads,
)
from customers.filters import CustomerFilter
from customers.models import Customer
from customers.services.columns import OWN, PAGE, keep_columns

from .bulk_actions import bulk_actions

LIVE = (  # soon after a single change, every few seconds in a stream of them
    "live:customers-changed from:body delay:400ms, "
    "live:customers-changed from:body throttle:4s, customers-changed from:body"
)
NOT_KEPT = {"after"}  # parameters of a visit, not of a view
ORDERS = {
    "newest": ("-last_contact_at", "-id"),
    "name": ("name", "id"),
    "created": ("-created_at", "-id"),
}


class CappedCount(Subquery):
    """How many rows a query has, in the query that reads them; the query brings its own limit."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) _counted)"
    output_field = IntegerField()


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
        self.views = list(SavedView.objects.visible_to(user).filter(page=PAGE))
        self.columns = chosen_columns(self._column_keys())
        if not CustomerFilter.is_filtered(self.request.GET):
            self.filterset = None  # most visits filter nothing: no form to build
            return self.queryset.all().visible_to(self.request.user).open()
        return super().get_queryset()

    def _column_keys(self) -> list[str]:
        if asked := self.request.GET.get("cols"):
            return asked.split(",")
        own = (view for view in self.views if view.name == OWN)
        return next((view.columns for view in own if view.user_id == self.request.user.pk), [])

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
            **({} if "after" in self.request.GET else self._surroundings(page)),
        }

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
        query = _kept(self.request.GET)
        tabs = view_tabs(self.views, user, query)
        return {
            "tabs": tabs,
            "query": query.urlencode(),
            "chips": self._chips(),
            "heads": [_head(column, order, self.request.GET) for column in self.columns],
            "name_head": _sort("name", order, self.request.GET),
            "hidden": [(key, value) for key, value in query.items() if key != "q"],
            "save_url": _save_url(query) if not any(tab["is_active"] for tab in tabs) else "",
            "can_add": user.has_perm(permissions.ADD),
            "can_export": user.has_perm(permissions.EXPORT),
            "bulk_actions": bulk_actions(user),
            "bulk_total": f"{page.count:,}+" if page.has_more_than_count else page.count,
        }

    def _chips(self) -> list[dict[str, Any]]:
        if self.filterset is None:
            return []
        chosen = self.filterset.chosen()
        return [
            {
                "label": self.filterset.filters[name].label,
                "value": words,
                "problem": " ".join(self.filterset.form.errors.get(name, [])),
                "remove_url": self._url_of(**{name: "", "after": ""}),
            }
            for name, words in chosen.items()
        ]


def _kept(data: QueryDict) -> QueryDict:
    """The parameters that make a view, without the empty ones."""
    kept = QueryDict(mutable=True)
    for key, value in data.items():
        if value and key not in NOT_KEPT:
            kept[key] = str(value)
    return kept


def view_tabs(views: list[SavedView], user: Any, query: QueryDict) -> list[dict[str, Any]]:
    """The tabs: everything, the own ones, and what was saved; the one that is shown is marked."""
    base = reverse(PAGE)
    tabs: list[dict[str, Any]] = [{"label": _("All customers"), "query": "", "delete_url": ""}]
    if user.scope_of(permissions.VIEW) != Scope.OWN:
        tabs.append({"label": _("Mine"), "query": f"owner={user.pk}", "delete_url": ""})
    tabs += [
        {
            "label": view.name,
            "query": view.query,
            "icon": "bookmark-filled",
            "delete_url": reverse("accounts:saved_view_delete", args=[view.pk])
            if view.user_id == user.pk
            else "",
        }
        for view in views
        if view.name != OWN
    ]
    now = dict(query.items())
    for tab in tabs:
        tab["url"] = f"{base}?{tab['query']}" if tab["query"] else base
        tab["is_active"] = dict(QueryDict(tab["query"]).items()) == now
    return tabs


def _save_url(query: QueryDict) -> str:
    kept = urlencode({"page": PAGE, "query": query.urlencode()})
    return f"{reverse('accounts:saved_view_new')}?{kept}"


def _head(column: Any, order: str, data: QueryDict) -> dict[str, Any]:
    sort = _sort(column.order, order, data) if column.order else {}
    return {"label": column.label, "key": column.key, **sort}


def _sort(name: str, order: str, data: QueryDict) -> dict[str, Any]:
    query = _kept(data)
    query["order"] = name
    direction = "descending" if ORDERS[name][0].startswith("-") else "ascending"
    return {"url": f"?{query.urlencode()}", "aria": direction if name == order else ""}


class CustomerFiltersView(Declared, View):
    """The side panel with every filter, and the columns."""

    permission_required = permissions.VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Customer.objects.visible_to(request.user)
        filterset = CustomerFilter(request.GET, rows, request=request, offers_all=True)
        kept = [
            (key, value)
            for key, value in _kept(request.GET).items()
            if key not in filterset.filters or key == "q"
        ]
        return render(
            request,
            "customers/partials/customer_filters_panel.html",
            {"form": filterset.form, "kept": kept},
        )


class CustomerColumnsView(Declared, View):
    """Chooses the columns: the person's own, until a saved view says otherwise."""

    permission_required = permissions.VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        offered = {**COLUMNS, **custom_columns()}
        asked = request.GET.get("cols", "") or ",".join(self._own(request))
        shown = [key for key in asked.split(",") if key in offered] or list(DEFAULT)
        rest = [key for key in offered if key not in shown]
        options = [(offered[key], key in shown) for key in (*shown, *rest)]
        context = {"options": options, "query": _kept(request.GET).urlencode()}
        return render(request, "customers/partials/customer_columns_panel.html", context)

    def _own(self, request: HttpRequest) -> list[str]:
        user: Any = request.user
        own = SavedView.objects.visible_to(user).filter(user=user, page=PAGE, name=OWN).first()
        return own.columns if own else []

    def post(self, request: HttpRequest) -> HttpResponse:
        keys = [column.key for column in chosen_columns(request.POST.getlist("columns"))]
        keep_columns(request.user, keys)  # type: ignore[arg-type]
        query = _kept(QueryDict(request.POST.get("query", "")[:2000]))
        query.pop("cols", None)
        url = f"{reverse(PAGE)}?{query.urlencode()}" if query else reverse(PAGE)
        return trigger(redirect_to(request, url), **{"close-dialog": True})

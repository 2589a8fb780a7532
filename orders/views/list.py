"""The list of orders: search, filters, saved views, columns."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import IntegerField, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.generic import View

from accounts.models import SavedView
from accounts.roles import Scope
from crm_project.kit.htmx import redirect_to, trigger
from crm_project.kit.pages import COUNT_LIMIT, Page
from crm_project.kit.views import Declared, ListPage, TableView
from orders import permissions
from orders.filters import OrderFilter
from orders.models import Order

from .columns import COLUMNS, chosen_columns, draw, reads

PAGE = "orders:list"
OWN = ""  # the name of the view that is no tab: it only keeps the person's columns
LIVE = (  # soon after a single change, every few seconds in a stream of them
    "live:orders-changed from:body delay:400ms, "
    "live:orders-changed from:body throttle:4s, orders-changed from:body"
)
NOT_KEPT = {"after"}  # parameters of a visit, not of a view
ORDERS = {
    "newest": ("-created_at", "-id"),
    "total": ("-total", "-id"),
    "promised": ("promised_on", "id"),
}


class CappedCount(Subquery):
    """How many rows a query has, in the query that reads them; the query brings its own limit."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) _counted)"
    output_field = IntegerField()


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
        self.views = list(SavedView.objects.visible_to(self.me).filter(page=PAGE))
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
        own = (view for view in self.views if view.name == OWN)
        return next((view.columns for view in own if view.user_id == self.me.pk), [])

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
        tabs = view_tabs(self.views, self.me, query)
        return {
            "tabs": tabs,
            "query": query.urlencode(),
            "chips": self._chips(),
            "heads": [_head(column, page.order, self.request.GET) for column in self.columns],
            "hidden": [(key, value) for key, value in query.items() if key != "q"],
            "save_url": "" if any(tab["is_active"] for tab in tabs) else _save_url(query),
            "can_add": self.me.has_perm(permissions.ADD),
            "can_export": self.me.has_perm(permissions.EXPORT),
            "bulk_actions": self._bulk_actions(),
        }

    def _bulk_actions(self) -> list[dict[str, Any]]:
        if not self.me.has_perm(permissions.ASSIGN):
            return []
        url = reverse("orders:bulk_assign")
        return [{"label": _("Hand over"), "icon": "user-share", "url": url, "opens_panel": True}]

    def _chips(self) -> list[dict[str, Any]]:
        if self.filterset is None:
            return []
        return [
            {
                "label": self.filterset.filters[name].label,
                "value": words,
                "problem": " ".join(self.filterset.form.errors.get(name, [])),
                "remove_url": self._url_of(**{name: "", "after": ""}),
            }
            for name, words in self.filterset.chosen().items()
        ]


def kept(data: QueryDict) -> QueryDict:
    """The parameters that make a view, without the empty ones."""
    found = QueryDict(mutable=True)
    for key, value in data.items():
        if value and key not in NOT_KEPT:
            found[key] = str(value)
    return found


def view_tabs(views: list[SavedView], user: Any, query: QueryDict) -> list[dict[str, Any]]:
    """The tabs: what everybody needs, and what was saved; the one that is shown is marked."""
    base = reverse(PAGE)
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
    tabs: list[dict[str, Any]] = [
        {"label": label, "query": wanted, "delete_url": ""} for label, wanted in fixed
    ]
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
    saved = urlencode({"page": PAGE, "query": query.urlencode()})
    return f"{reverse('accounts:saved_view_new')}?{saved}"


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


class OrderColumnsView(Declared, View):
    """Chooses the columns: the person's own, until a saved view says otherwise."""

    permission_required = permissions.VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        keys = request.GET.get("cols", "").split(",")
        if not any(keys):
            me: Any = request.user
            own = SavedView.objects.filter(user=me, page=PAGE, name=OWN).first()
            keys = own.columns if own else []
        shown = [column.key for column in chosen_columns(keys)]
        rest = [key for key in COLUMNS if key not in shown]
        options = [(COLUMNS[key], key in shown) for key in (*shown, *rest)]
        context = {"options": options, "query": kept(request.GET).urlencode()}
        return render(request, "orders/partials/list_columns_panel.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        keys = [column.key for column in chosen_columns(request.POST.getlist("columns"))]
        me: Any = request.user
        SavedView.objects.update_or_create(user=me, page=PAGE, name=OWN, defaults={"columns": keys})
        query = kept(QueryDict(request.POST.get("query", "")[:2000]))
        query.pop("cols", None)
        url = f"{reverse(PAGE)}?{query.urlencode()}" if query else reverse(PAGE)
        return trigger(redirect_to(request, url), **{"close-dialog": True})

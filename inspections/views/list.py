"""The list of inspections: search, filters, saved views."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from accounts.models import SavedView
from accounts.saved_lists import (
    ColumnsPanel,
    chips,
    kept,
    own_columns,
    save_url,
    saved_views,
    view_tabs,
)
from crm_project.kit.pages import COUNT_LIMIT, CappedCount, Page
from crm_project.kit.views import Declared, TableView
from inspections import permissions
from inspections.filters import InspectionFilter
from inspections.models import Inspection

from .columns import COLUMNS, DEFAULT, Column, chosen_columns, draw, reads

PAGE = "inspections:list"
ORDERS = {
    "newest": ("-created_at", "-id"),
    "oldest": ("created_at", "id"),
    "number": ("number",),
}
LIVE = (  # soon after a single change, every few seconds in a stream of them
    "live:inspections-changed from:body delay:400ms, "
    "live:inspections-changed from:body throttle:4s, inspections-changed from:body"
)


class InspectionListView(TableView):
    """Inspections within the reader's reach, fifty at a time."""

    permission_required = permissions.VIEW
    queryset = Inspection.objects.all()
    filterset_class = InspectionFilter
    orders = ORDERS
    template_name = "inspections/inspection_list.html"
    table_template = "inspections/partials/inspection_answer.html"
    rows_template = "inspections/partials/inspection_rows.html"

    def get_queryset(self) -> QuerySet[Any]:
        """What the chosen columns need; the count comes with the first page's rows."""
        user: Any = self.request.user
        self.views = saved_views(user, PAGE)
        asked = self.request.GET.get("cols", "")
        self.columns = chosen_columns(asked.split(",") if asked else own_columns(self.views, user))
        if not InspectionFilter.base_filters.keys() & self.request.GET.keys():
            self.filterset = None  # nothing is filtered: no form to build
            return self.queryset.all().visible_to(user)  # type: ignore[attr-defined,no-any-return]
        return super().get_queryset()

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
        return {
            **context,
            "rows": draw(context["page"].rows, self.columns),
            "live_trigger": LIVE,
            "column_count": len(self.columns) + 1,
            **({} if "after" in self.request.GET else self._surroundings(context["page"].order)),
        }

    def _surroundings(self, order: str) -> dict[str, Any]:
        """What stands around the rows: tabs, chips, heads, actions."""
        user: Any = self.request.user
        query = kept(self.request.GET)
        tabs = _tabs(self.views, user, query)
        return {
            "heads": [_head(column, order, query) for column in self.columns],
            "name_head": _head(_NAME, order, query),
            "tabs": tabs,
            "query": query.urlencode(),
            "chips": chips(self.filterset, self._url_of) if self.filterset else [],
            "hidden": [(key, value) for key, value in query.items() if key != "q"],
            "save_url": "" if any(tab["is_active"] for tab in tabs) else save_url(PAGE, query),
            "can_add": user.has_perm(permissions.ADD),
            "can_export": user.has_perm(permissions.EXPORT),
        }


_NAME = Column("name", gettext_lazy("Inspection"), (), str, order="number")


def _head(column: Column, order: str, query: QueryDict) -> dict[str, Any]:
    """A column's head; one that sorts has its address and says how the list is sorted."""
    head = {"label": column.label, "css": column.css}
    if not column.order:
        return head
    wanted = column.turned if column.turned and order == column.order else column.order
    sorted_query = query.copy()
    sorted_query["order"] = wanted
    is_on = order in (column.order, column.turned)
    falls = is_on and ORDERS[order][0].startswith("-")
    aria = ("descending" if falls else "ascending") if is_on else ""
    return {**head, "url": f"?{sorted_query.urlencode()}", "aria": aria}


def _tabs(views: list[SavedView], user: Any, query: QueryDict) -> list[dict[str, Any]]:
    """The tabs: everything, the states that people work on, and what was saved."""
    fixed = [
        (_("All inspections"), ""),
        (_("Without a time"), "status=requested"),
        (_("Scheduled"), "status=scheduled"),
        (_("Completed"), "status=completed"),
    ]
    return view_tabs(fixed, views, user=user, page=PAGE, query=query)


class InspectionFiltersView(Declared, View):
    """The side panel with every filter."""

    permission_required = permissions.VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Inspection.objects.visible_to(request.user)
        filterset = InspectionFilter(request.GET, rows, request=request)
        others = [
            (key, value)
            for key, value in kept(request.GET).items()
            if key not in filterset.filters or key in ("q", "customer", "for_order")
        ]
        context = {"form": filterset.form, "kept": others}
        return render(request, "inspections/partials/filters_panel.html", context)


class InspectionColumnsView(ColumnsPanel):
    """Chooses the columns of the list."""

    permission_required = permissions.VIEW
    page = PAGE
    default = DEFAULT

    def offered(self) -> dict[str, Column]:
        """Every column: none shows more than the list may."""
        return COLUMNS

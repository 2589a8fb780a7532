"""What the lists of this app share: views that people saved, chips of filters, heads that sort."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.models import SavedView
from accounts.saved_lists import chips, kept, save_url, saved_views, view_tabs
from crm_project.kit.pages import COUNT_LIMIT, CappedCount, Page
from crm_project.kit.views import Declared, ListPage, TableView
from inventory import permissions
from inventory.costs import sees_cost


@dataclass(frozen=True)
class Head:
    """A column's head; `order` names the list's order that it switches on."""

    key: str
    label: Any
    order: str = ""
    css: str = ""


class StockTable(TableView):
    """A list of this app. Gives `page_name` (URL name), `heads` and its words; and `row_template`,
    or rows from `fill` that are drawn already (`html`).
    """

    template_name = "inventory/table_page.html"
    table_template = "inventory/partials/table_answer.html"
    rows_template = "inventory/partials/table_rows.html"
    row_template = ""
    page_name: str
    title: Any
    find_hint: Any = ""
    all_label: Any = ""
    empty_icon = "package"
    empty_title: Any
    empty_text: Any = ""
    heads: ClassVar[tuple[Head, ...]]
    actions_template = ""
    live_topic = "stock-changed"

    @property
    def me(self) -> Any:
        """The signed-in person."""
        return self.request.user

    @cached_property
    def views(self) -> list[SavedView]:
        """What the reader, and colleagues for the branch, saved of this list."""
        return saved_views(self.me, self.page_name)

    def shown_heads(self) -> list[Head]:
        """The columns for this reader."""
        return list(self.heads)

    def _read(self, rows: QuerySet[Any], order: str, after: str) -> Page:
        """The count of the first page comes with its rows."""
        if not after:
            counted = rows.order_by().values("pk")[: COUNT_LIMIT + 1]
            rows = rows.annotate(total_rows=CappedCount(counted))
        return super()._read(self.reads(rows), order, after)

    def _count(self, rows: QuerySet[Any], page: Page) -> tuple[int, bool]:
        total = page.rows[0].total_rows if page.rows else 0
        return min(total, COUNT_LIMIT), total > COUNT_LIMIT

    def reads(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """What the rows read besides, in the same query."""
        return rows

    def fill(self, rows: list[Any]) -> list[Any]:
        """Return the rows with what their template needs besides, in few queries."""
        return rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        page: ListPage = context["page"]
        heads = self.shown_heads()
        return {
            **context,
            "rows": self.fill(page.rows),
            "row_template": self.row_template,
            "column_count": len(heads),
            "heads": [_head(head, page.order, self.orders, self.request.GET) for head in heads],
            "sees_cost": sees_cost(self.me),
            "can": may(self.me),
            "view": self,
            **({} if "after" in self.request.GET else self._surroundings()),
        }

    def _surroundings(self) -> dict[str, Any]:
        query = kept(self.request.GET)
        fixed = [(self.all_label or _("All"), "")]
        tabs = view_tabs(fixed, self.views, user=self.me, page=self.page_name, query=query)
        is_saved = any(tab["is_active"] for tab in tabs)
        return {
            "tabs": tabs,
            "chips": chips(self.filterset, self._url_of),
            "hidden": [(key, value) for key, value in query.items() if key != "q"],
            "query": query.urlencode(),
            "save_url": "" if is_saved else save_url(self.page_name, query),
            "filters_url": f"{reverse(self.page_name)}filters/",
        }


class FiltersView(Declared, View):
    """The side panel with every filter of a list; `table` is the list's view, whose permission its
    address names.
    """

    table: type[StockTable] = StockTable

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = self.table.queryset.all().visible_to(request.user)  # type: ignore[attr-defined]
        filterset = self.table.filterset_class(request.GET, rows, request=request)
        data = kept(request.GET)
        context = {
            "form": filterset.form,
            "kept": [
                (key, value)
                for key, value in data.items()
                if key not in filterset.filters or key == "q"
            ],
            "list_url": reverse(self.table.page_name),
        }
        return render(request, "inventory/partials/table_filters_panel.html", context)


def _head(head: Head, order: str, orders: Mapping[str, Any], data: QueryDict) -> dict[str, Any]:
    shown = {"label": head.label, "css": head.css, "key": head.key}
    if not head.order:
        return shown
    query = kept(data)
    query["order"] = head.order
    direction = "descending" if orders[head.order][0].startswith("-") else "ascending"
    aria = direction if head.order == order else ""
    return {**shown, "url": f"?{query.urlencode()}", "aria": aria}


def may(user: Any) -> dict[str, bool]:
    """What templates ask: may the reader do it."""
    names = {
        "change_product": permissions.CHANGE_PRODUCT,
        "move": permissions.MOVE_STOCK,
        "count": permissions.COUNT_STOCK,
        "view_stock": permissions.VIEW_STOCK,
        "view_purchase": permissions.VIEW_PURCHASE,
        "change_purchase": permissions.CHANGE_PURCHASE,
        "change_warehouse": permissions.CHANGE_WAREHOUSE,
        "export": permissions.EXPORT,
    }
    return {name: user.has_perm(code) for name, code in names.items()}


def filters_of(table: Any) -> Any:
    """Return the view of a list's filters, under the list's own permission."""
    return FiltersView.as_view(table=table, permission_required=table.permission_required)

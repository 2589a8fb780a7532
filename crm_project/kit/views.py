"""One list view for every list: filters, search, order, keyset pages, page or partial."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.generic import TemplateView
from django_filters import FilterSet

from .htmx import wants_partial
from .limits import count_export
from .pages import Page, count_up_to, read_page_or_first


@dataclass(frozen=True)
class ListPage:
    """What a list's templates show."""

    rows: list[Any]
    next_url: str
    is_first: bool
    order: str
    count: int
    has_more_than_count: bool


class TableView(PermissionRequiredMixin, TemplateView):
    """A filtered, sorted list: its table alone for HTMX, the whole page otherwise.

    The app gives: `permission_required`, `queryset`, `filterset_class`, `orders` (name → fields,
    the first is the default), `template_name`, `table_template`, and `rows_template` for further
    pages. The ids of the table and of its first page's rows are `<what>-table` and `<what>-rows`.
    """

    permission_required: Any
    raise_exception = True
    queryset: QuerySet[Any]
    filterset_class: type[FilterSet]
    orders: ClassVar[Mapping[str, Sequence[str]]]
    table_template: str
    rows_template: str
    page_size = 50

    def get_queryset(self) -> Any:
        """The rows that the reader may see, filtered."""
        rows = self.queryset.all().visible_to(self.request.user)  # type: ignore[attr-defined]
        self.filterset = self.filterset_class(self.request.GET, rows, request=self.request)
        return self.filterset.qs if self.filterset.is_valid() else rows.none()

    def get_page(self) -> ListPage:
        """Read one keyset page; the count only on the first."""
        rows = self.get_queryset()
        order = self._order()
        after = self.request.GET.get("after", "")
        page = self._read(rows, order, after)
        count, has_more = (0, False) if after else self._count(rows, page)
        return ListPage(
            rows=page.rows,
            next_url=self._url_of(after=page.next_cursor) if page.next_cursor else "",
            is_first=not after,
            order=order,
            count=count,
            has_more_than_count=has_more,
        )

    def _read(self, rows: QuerySet[Any], order: str, after: str) -> Page:
        return read_page_or_first(rows, order=self.orders[order], after=after, size=self.page_size)

    def _count(self, rows: QuerySet[Any], page: Page) -> tuple[int, bool]:
        return count_up_to(rows) if page.next_cursor else (len(page.rows), False)

    def _order(self) -> str:
        asked = self.request.GET.get("order", "")
        return asked if asked in self.orders else next(iter(self.orders))

    def _url_of(self, **changes: str) -> str:
        query = self.request.GET.copy()
        for name, value in changes.items():
            query[name] = value
        return f"{self.request.path}?{query.urlencode()}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = self.get_page()
        return super().get_context_data(page=page, filterset=self.filterset, **kwargs)

    def get_template_names(self) -> list[str]:
        if not wants_partial(self.request):
            return [str(self.template_name)]
        return [self.rows_template if "after" in self.request.GET else self.table_template]

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        patch_vary_headers(response, ["HX-Request"])  # one URL, two bodies: tell the caches
        asks = self.request.headers.get("HX-Target", "")
        if asks.endswith("-rows") and not context["page"].rows:
            # A refresh of rows that are all gone: the table says so, and goes on following changes.
            table = f"#{asks.removesuffix('rows')}table"
            response["HX-Retarget"] = response["HX-Reselect"] = table
        return response


class Declared(PermissionRequiredMixin):
    """A view that names the permission it needs; refused ones get 403, not the sign-in page.

    What needs a permission to export (`<app>.export_…`) is a file that leaves the house: it counts
    towards ten an hour, so no export can forget it (SECURITY.md RL-1).
    """

    raise_exception = True
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Count an export of somebody who may make it, then go on. Raises TooManyExports."""
        codes = self.get_permission_required()
        if any(".export_" in code for code in codes) and self.has_permission():
            count_export(request.user.pk)  # type: ignore[arg-type]
        return super().dispatch(request, *args, **kwargs)

"""Cursor pages of the API, on the same keyset reader as the lists."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

from crm_project.kit.pages import BadCursor, read_page

DEFAULT_SIZE, MAXIMUM_SIZE = 50, 200
OF_EVERY_LIST = ("cursor", "format", "ordering", "page_size")


class KeysetPagination(BasePagination):
    """`?cursor=…&page_size=…` → {"results": […], "next": url or null}.

    A parameter that the list does not know is refused, and so is a yes or no that is neither: a
    mistyped filter would show everything.
    """

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        _refuse_unknown(request, queryset, view)
        _refuse_unclear(request, view)
        order = self._order(request, view)
        try:
            page = read_page(
                queryset,
                order=order,
                after=request.query_params.get("cursor", ""),
                size=self._size(request),
            )
        except BadCursor as error:
            raise ValidationError({"cursor": [_("This cursor is not from this list.")]}) from error
        self.next_url = self._next_url(request, page.next_cursor)
        return page.rows

    def _order(self, request: Any, view: Any) -> Any:
        orders = getattr(view, "orders", {"newest": ("-pk",)})
        asked = request.query_params.get("ordering")
        if asked is None:
            return next(iter(orders.values()))
        if asked not in orders:
            known = ", ".join(orders)
            raise ValidationError({"ordering": [_("Use one of: %s.") % known]})
        return orders[asked]

    def _size(self, request: Any) -> int:
        asked = request.query_params.get("page_size", str(DEFAULT_SIZE))
        if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= MAXIMUM_SIZE):
            raise ValidationError({"page_size": [_("Give a number from 1 to %d.") % MAXIMUM_SIZE]})
        return int(asked)

    def _next_url(self, request: Any, cursor: str) -> str | None:
        if not cursor:
            return None
        query = request.query_params.copy()
        query["cursor"] = cursor
        return str(request.build_absolute_uri(f"{request.path}?{query.urlencode()}"))

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"results": data, "next": self.next_url})

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": schema,
                "next": {"type": ["string", "null"], "format": "uri", "example": None},
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        orders = list(getattr(view, "orders", {"newest": ()}))
        return [
            _parameter("cursor", {"type": "string"}),
            _parameter("page_size", {"type": "integer", "minimum": 1, "maximum": MAXIMUM_SIZE}),
            _parameter("ordering", {"type": "string", "enum": orders}),
        ]


def _refuse_unknown(request: Any, rows: Any, view: Any) -> None:
    """Raise ValidationError by name; lists without filters of their own are left alone."""
    filterset_class = getattr(view, "filterset_class", None)
    if filterset_class is None:
        return
    known, asked = {*filterset_class.base_filters, *OF_EVERY_LIST}, set(request.query_params)
    if asked <= known:
        return
    filters = filterset_class(request.query_params, rows, request=request).filters
    known |= set(filters)  # with those of fields that the company added
    refuse_unknown(asked, known)


def refuse_unknown(asked: set[str], known: set[str]) -> None:
    """Raise ValidationError for every parameter that is not known here, by its name."""
    if unknown := sorted(name[:60] for name in asked - known):
        problem = _("There is no such parameter here. Use one of: %s.") % ", ".join(sorted(known))
        raise ValidationError({name: [problem] for name in unknown})


def _refuse_unclear(request: Any, view: Any) -> None:
    """Raise ValidationError for a yes or no that is neither: pages pass over it, programs must know."""
    filters = getattr(getattr(view, "filterset_class", None), "base_filters", {})
    for name in set(filters) & set(request.query_params):
        is_clear = request.query_params[name] in ("", "true", "false", "True", "False")
        if isinstance(filters[name], BooleanFilter) and not is_clear:
            raise ValidationError({name: [_("Write true or false.")]})


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema}

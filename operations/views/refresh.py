"""A table that changes while it is read: fetched again with as many rows as the reader has loaded.

static/js/operations.js says how many in `shown`.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse

PAGE_SIZE, MOST_ROWS = 50, 500  # rows of a page, and of what one refresh brings back


class KeepsRows:
    """A list whose live refresh keeps the pages that are loaded. Where no row is left it says so."""

    request: HttpRequest
    page_size: int
    table_id: str  # of the element that holds the table, or the words that there is nothing

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Take `shown` out of the query: it belongs to this answer, not to the links in it."""
        query = request.GET.copy()
        shown = str(query.pop("shown", [""])[-1])
        request.GET = query  # type: ignore[assignment]
        self.is_refresh = shown.isascii() and shown.isdigit() and len(shown) < 6
        wanted = int(shown) if self.is_refresh and "after" not in query else PAGE_SIZE
        self.page_size = min(max(wanted, PAGE_SIZE), MOST_ROWS)
        super().setup(request, *args, **kwargs)  # type: ignore[misc]

    def swapped(self, response: HttpResponse, *, has_rows: bool) -> HttpResponse:
        """Let a refresh that found nothing replace the whole table, not only its rows."""
        if self.is_refresh and not has_rows:
            response["HX-Retarget"] = response["HX-Reselect"] = f"#{self.table_id}"
        return response

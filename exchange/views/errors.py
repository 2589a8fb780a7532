"""What is wrong with which rows, and those rows as a file."""

from itertools import groupby
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.services import record
from crm_project.kit.pages import BadCursor, read_page
from exchange.exporting import FORMATS, stream_export
from exchange.failed import failed_rows
from exchange.models import Batch
from exchange.resource import Resource

from .reach import ImportView

PAGE_SIZE = 50


def errors_context(batch: Batch, resource: Resource, request: HttpRequest) -> dict[str, Any]:
    """Errors of one kind or all, fifty at a time, with the kinds and their counts."""
    kind = request.GET.get("kind", "")[:40]
    rows: Any = batch.errors.all()
    kinds = _kinds(batch, resource)
    if kind:
        codes = next((codes for _t, codes, _n in kinds if kind in codes), [kind])
        rows = rows.filter(code__in=codes)
    try:
        page = read_page(
            rows, order=("row", "id"), after=request.GET.get("after", ""), size=PAGE_SIZE
        )
    except BadCursor:
        page = read_page(rows, order=("row", "id"), after="", size=PAGE_SIZE)
    url = reverse("exchange:errors", args=[batch.pk])
    labels = {field.code: field.label for field in resource.fields(batch.owner)}
    shown = [
        {
            "error": error,
            "label": error.params.get("label", ""),
            "field": labels.get(error.field, ""),
            "sentence": resource.sentence(error.code, {**error.params, "value": error.value}),
        }
        for error in page.rows
    ]
    return {
        "batch": batch,
        "errors": shown,
        "kinds": kinds,
        "kind": kind,
        "errors_url": url,
        "next_url": f"{url}?kind={kind}&after={page.next_cursor}" if page.next_cursor else "",
        "error_count": sum(count for _title, _codes, count in kinds),
        "is_more": bool(request.GET.get("after")),
    }


def _kinds(batch: Batch, resource: Resource) -> list[tuple[str, list[str], int]]:
    """Title, codes and count of every kind of error; codes of one title are one kind."""
    counts = batch.errors.order_by().values_list("code").annotate(count=Count("pk"))
    named = sorted((resource.title(code), code, count) for code, count in counts)
    found = []
    for title, group in groupby(named, key=lambda one: one[0]):
        lines = list(group)
        found.append((title, [code for _t, code, _n in lines], sum(n for _t, _c, n in lines)))
    return sorted(found, key=lambda one: -one[2])


class ErrorsView(ImportView):
    """The table of errors, or its next rows."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch, resource = self.reach(pk)
        context = errors_context(batch, resource, request)
        piece = "error_rows" if context["is_more"] else "error_table"
        return render(request, f"exchange/partials/{piece}.html", context)


class FailedRowsView(ImportView):
    """The rows that were left out, with what is wrong: corrected, the file can be imported."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
        batch, resource = self.reach(pk)
        kind = request.GET.get("format", "xlsx")
        if kind not in FORMATS:
            raise Http404
        record(self.me, "import.failed_rows_taken", batch)
        head, rows = failed_rows(batch, resource)
        return stream_export(rows, head, format=kind, file_name=f"failed-rows-{batch.pk}")

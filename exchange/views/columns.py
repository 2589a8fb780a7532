"""The second step: which column goes where, how the file is read, what a row becomes."""

from itertools import islice
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.urls import reverse

from crm_project.kit.htmx import redirect_to
from crm_project.kit.text import whole_number
from exchange import tasks
from exchange.errors import MappingIncomplete, UnreadableFile
from exchange.forms import DATE_ORDER, ReadingForm, choices_from
from exchange.models import Batch
from exchange.resource import Option, Resource, Row
from exchange.services import (
    choose_columns,
    context_of,
    proposal_of,
    read_again,
    rows_of,
    start_check,
)

from .reach import ImportView

MOST_PREVIEWED = 50  # rows from the beginning


def options_of(batch: Batch, resource: Resource, view: ImportView) -> list[Option]:
    """Return all options of a batch: the resource's, and how dates are written."""
    return [*resource.options(view.me, batch.branch), DATE_ORDER]


def columns_context(batch: Batch, resource: Resource, view: ImportView) -> dict[str, Any]:
    """What the page of columns shows."""
    proposal, saved = proposal_of(batch, resource=resource, actor=view.me)
    fields = [(one.code, str(one.label)) for one in resource.fields(view.me)]
    chosen = {int(place): code for place, code in batch.mapping.items()}
    lines = [
        {
            "guess": guess,
            "chosen": chosen.get(guess.position, "") if chosen else guess.field,
        }
        for guess in proposal
    ]
    kept = {**(saved.options if saved else {}), **batch.options}
    options = [
        {"option": one, "value": str(kept.get(one.code, one.default))}
        for one in options_of(batch, resource, view)
    ]
    matched = sum(bool(line["chosen"]) for line in lines)
    return {
        "batch": batch,
        "resource": resource,
        "lines": lines,
        "fields": fields,
        "options": options,
        "saved": saved,
        "matched": matched,
        "to_review": sum(guess.wants_review for guess in proposal),
        "skipped": len(lines) - matched,
        "on_duplicate": Batch.OnDuplicate.choices,
        "reading_form": ReadingForm(batch=batch),
        "step": 2,
    }


class ColumnsView(ImportView):
    """Keeps the choice and starts the trial run."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch, resource = self.reach(pk)
        choices = choices_from(request.POST, batch, options_of(batch, resource, self))
        try:
            batch = choose_columns(batch, choices, resource=resource, actor=self.me)
        except MappingIncomplete as error:
            batch.mapping = {str(place): code for place, code in choices.mapping.items() if code}
            context = {**columns_context(batch, resource, self), "problem": str(error.message)}
            return render(request, "exchange/import_columns.html", context, status=422)
        start_check(batch, step=tasks.check_batch)
        return redirect_to(request, batch.get_absolute_url())


class ReadingView(ImportView):
    """Reads the file in another way; the columns are proposed anew."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch, resource = self.reach(pk)
        form = ReadingForm(request.POST, batch=batch)
        if not form.is_valid():
            return HttpResponseBadRequest()
        try:
            read_again(batch, form.chosen())
        except UnreadableFile as error:
            batch.refresh_from_db()
            context = {**columns_context(batch, resource, self), "problem": str(error.message)}
            return render(request, "exchange/import_columns.html", context, status=422)
        return redirect_to(request, reverse("exchange:batch", args=[batch.pk]))


class PreviewView(ImportView):
    """One row as it would be saved with the present choice."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch, resource = self.reach(pk)
        asked = whole_number(request.POST.get("row", ""), digits=3) or 1
        number = min(asked, MOST_PREVIEWED)
        choices = choices_from(request.POST, batch, options_of(batch, resource, self))
        known = {field.code for field in resource.fields(self.me)}
        batch.mapping = {
            str(place): code for place, code in choices.mapping.items() if code in known
        }
        batch.options = dict(choices.options)
        row = next(islice(rows_of(batch), number - 1, None), None)
        context = {"batch": batch, "number": number, "is_last": row is None}
        if row is not None:
            context.update(self._read(batch, resource, row))
        return render(request, "exchange/partials/row_preview.html", context)

    def _read(self, batch: Batch, resource: Resource, row: Row) -> dict[str, Any]:
        run = context_of(batch, is_trial=True)
        resource.begin(run)
        resource.read([row], run)
        sentences = [resource.sentence(fault.code, {"value": fault.value, **fault.params})
                     for fault in row.faults]  # fmt: skip
        shown = resource.preview(row, run) if row.is_good else []
        return {"row": row, "shown": shown, "sentences": sentences}

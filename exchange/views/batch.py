"""One import: the page of its state, and the buttons that move it on."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render

from crm_project.kit.htmx import redirect_to
from exchange import tasks
from exchange.models import Batch, BatchChange
from exchange.progress import RUNNING, progress_of
from exchange.resource import Resource
from exchange.services import (
    cancel_batch,
    choose_on_duplicate,
    start_again,
    start_check,
    start_import,
    start_undo,
)

from .columns import columns_context
from .errors import errors_context
from .reach import ImportView

LINKS = 8  # of records that a finished import shows


class BatchView(ImportView):
    """The page of the present step."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch, resource = self.reach(pk)
        if batch.status == Batch.Status.UPLOADED:
            context = columns_context(batch, resource, self)
            return render(request, "exchange/import_columns.html", context)
        return render(
            request, "exchange/import_batch.html", batch_context(batch, resource, request)
        )


class ProgressView(ImportView):
    """The changing part of the page, asked for again while the import runs."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch, resource = self.reach(pk)
        if batch.status not in RUNNING:  # the step is over: its page looks otherwise
            return redirect_to(request, batch.get_absolute_url())
        context = batch_context(batch, resource, request)
        return render(request, "exchange/partials/import_progress.html", context)


class StepView(ImportView):
    """A button: check again, import, cancel, undo, back to the columns."""

    http_method_names = ["post"]
    step: str = ""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch, _resource = self.reach(pk)
        if self.step == "check":
            start_check(batch, step=tasks.check_batch)
        elif self.step == "import":
            start_import(batch, step=tasks.import_batch, actor=self.me)
        elif self.step == "undo":
            start_undo(batch, step=tasks.undo_batch, actor=self.me)
        elif self.step == "cancel":
            cancel_batch(batch, actor=self.me)
        else:
            start_again(batch)
        return redirect_to(request, batch.get_absolute_url())


class OnDuplicateView(ImportView):
    """Another decision about rows that exist already, after the trial run."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch, _resource = self.reach(pk)
        chosen = request.POST.get("on_duplicate", "")
        if chosen not in Batch.OnDuplicate.values:
            return HttpResponseBadRequest()
        choose_on_duplicate(batch, chosen)
        return redirect_to(request, batch.get_absolute_url())


def batch_context(batch: Batch, resource: Resource, request: HttpRequest) -> dict[str, Any]:
    """What the page of a batch that has left its columns shows."""
    progress = progress_of(batch)
    context: dict[str, Any] = {
        "batch": batch,
        "resource": resource,
        "progress": progress,
        "step": progress.step,
        "on_duplicate": Batch.OnDuplicate.choices,
        "can_undo": batch.status in ("done", "failed", "cancelled") and batch.changes.exists(),
    }
    is_stopped = batch.status in ("failed", "cancelled") and not context["can_undo"]
    context["can_restart"] = is_stopped and bool(batch.file)
    if not progress.is_running:
        context.update(errors_context(batch, resource, request))
        made = batch.changes.filter(action=BatchChange.Action.CREATED).order_by("row")[:LINKS]
        context["links"] = [(one.row, resource.url(one.object_id)) for one in made]
    return context

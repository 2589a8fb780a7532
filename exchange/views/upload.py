"""The first step: a file, and a template to fill in."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import Branch
from crm_project.kit.forms import form_response
from crm_project.kit.htmx import redirect_to
from crm_project.kit.scanner import FileInfected, ScannerUnavailable
from exchange.errors import UnreadableFile
from exchange.exporting import FORMATS, stream_export
from exchange.forms import UploadForm
from exchange.services import upload_file

from .reach import ImportView


class UploadView(ImportView):
    """Takes a file and shows how it was understood."""

    template = "exchange/import_upload.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("resource", "")
        chosen = wanted if wanted in self.allowed else next(iter(self.allowed), "")
        initial = {"resource": chosen, "branch": self.me.branch_id or self._only_branch()}
        form = UploadForm(me=self.me, allowed=self.allowed, initial=initial)
        return render(request, self.template, self._context(form, chosen))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES, me=self.me, allowed=self.allowed)
        chosen = request.POST.get("resource", "")
        if not form.is_valid():
            return form_response(request, self.template, form, self._context(form, chosen))
        branch: Any = form.cleaned_data.get("branch") or self.me.branch
        resource = self.allowed[form.cleaned_data["resource"]]
        try:
            batch = upload_file(
                form.cleaned_data["file"], resource=resource, branch=branch, actor=self.me
            )
        except (UnreadableFile, FileInfected, ScannerUnavailable) as error:
            form.add_error("file", str(error.message))
            return form_response(request, self.template, form, self._context(form, chosen))
        return redirect_to(request, reverse("exchange:batch", args=[batch.pk]))

    def _only_branch(self) -> int | None:
        """The branch of a company that has one."""
        branches = list(Branch.objects.visible_to(self.me).active()[:2])
        return branches[0].pk if len(branches) == 1 else None

    def _context(self, form: UploadForm, chosen: str) -> dict[str, object]:
        return {"form": form, "resources": self.allowed.values(), "chosen": chosen}


class TemplateFileView(ImportView):
    """An empty file with the names of all columns, in the reader's language."""

    def get(self, request: HttpRequest, resource: str) -> HttpResponse | StreamingHttpResponse:
        kind = request.GET.get("format", "xlsx")
        found = self.allowed.get(resource)
        if found is None or kind not in FORMATS:
            raise Http404
        columns = [str(field.label) for field in found.fields(self.me)]
        return stream_export([], columns, format=kind, file_name=f"{resource}-template")

"""Files on the customer's page: kept, shown, taken away and brought back."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm_project.kit.errors import BusinessError
from crm_project.kit.htmx import toast, trigger
from crm_project.kit.text import isolate
from customers import permissions
from customers.models import Attachment, Customer
from customers.services import add_attachment, remove_attachment, restore_attachment
from customers.sniffing import INLINE

from .reach import CustomerView

PANEL = "customers/partials/customer_files.html"
MOST_AT_ONCE = 20
SHOWN = 100  # newest files on the page
# A file that is shown runs nothing, loads nothing and has no origin (SECURITY.md IN-5).
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


class FilesView(CustomerView):
    """The files, newest first."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return render(request, PANEL, files_context(self.customer(pk), self.me))


class FileAddView(CustomerView):
    """Keeps one or several files; those that are refused are named with the reason."""

    permission_required = permissions.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = self.customer(pk)
        uploads = request.FILES.getlist("files")[:MOST_AT_ONCE]
        problems: list[str] = [] if uploads else [_("Choose a file.")]
        kept = 0
        for upload in uploads:
            try:
                add_attachment(customer, upload, actor=self.me)
                kept += 1
            except BusinessError as error:
                problems.append(f"{isolate((upload.name or '')[:60])}: {error}")
        context = {**files_context(customer, self.me), "problems": problems}
        response = render(request, PANEL, context, status=422 if problems else 200)
        if kept:
            text = ngettext("%(count)d file kept", "%(count)d files kept", kept)
            return toast(response, text % {"count": kept})
        return response


class FileView(CustomerView):
    """The file itself: always as a download, unless it may be shown and that was asked for."""

    def get(self, request: HttpRequest, pk: int, file_pk: int) -> FileResponse:
        customer = self.customer(pk)
        attachment = get_object_or_404(customer.attachments, pk=file_pk, removed_at=None)
        return file_response(attachment, is_inline="show" in request.GET)


class _OneFileView(CustomerView):
    permission_required = permissions.CHANGE
    http_method_names = ["post"]

    def file(self, pk: int, file_pk: int) -> Attachment:
        """Return a file of a customer within reach. Raises Http404."""
        return get_object_or_404(self.customer(pk).attachments, pk=file_pk)


class FileRemoveView(_OneFileView):
    """Takes a file away."""

    def post(self, request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
        attachment = self.file(pk, file_pk)
        remove_attachment(attachment, actor=self.me)
        response = render(request, PANEL, files_context(self.customer(pk), self.me))
        undo = reverse("customers:file_restore", args=[pk, file_pk])
        return toast(response, _("File removed."), undo=undo)


class FileRestoreView(_OneFileView):
    """Brings a removed file back."""

    def post(self, request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
        restore_attachment(self.file(pk, file_pk), actor=self.me)
        response = trigger(HttpResponse(status=204), **{"files-changed": True})
        return toast(response, _("The file is back."))


def file_response(attachment: Attachment, *, is_inline: bool = False) -> FileResponse:
    """Return the file with headers that let no browser run it. Raises Http404 when it is lost."""
    is_shown = is_inline and attachment.content_type in INLINE
    try:
        handle = attachment.file.open("rb")
    except OSError as error:
        raise Http404 from error
    kind = attachment.content_type
    kind = f"{kind}; charset=utf-8" if kind.startswith("text/") and is_shown else kind
    response = FileResponse(
        handle, as_attachment=not is_shown, filename=attachment.name, content_type=kind
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def files_context(customer: Customer, user: Any) -> dict[str, Any]:
    """What the files panel shows."""
    kept = customer.attachments.filter(removed_at=None).select_related("uploaded_by")
    return {
        "customer": customer,
        "files": [{"file": one, "can_show": one.content_type in INLINE} for one in kept[:SHOWN]],
        "can_change": user.has_perm(permissions.CHANGE),
    }

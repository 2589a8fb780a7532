"""Files of messages, sent and received, for those who may read the conversation."""

from io import BytesIO
from typing import IO, Any, cast

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.models import User
from crm_project.kit.htmx import toast
from crm_project.kit.views import Declared
from customers.masking import EMAIL, IDENTIFIERS, PHONE, is_visible
from messaging.models import InboundFile, MessageFile
from messaging.permissions import FETCH_FILE, VIEW_MESSAGE
from messaging.services.received import ask_again

# A file that is opened runs nothing, loads nothing and has no origin (SECURITY.md IN-5).
SHOWN = (PHONE, EMAIL, IDENTIFIERS)  # what a paper may show of its customer
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


class MessageFileView(Declared, View):
    """One file that we sent, always as a download.

    A paper shows its customer as its sender sees them, so others need to see as much.
    """

    permission_required = VIEW_MESSAGE
    http_method_names = ["get"]

    def get(self, request: HttpRequest, pk: int) -> FileResponse:
        user = cast(User, request.user)
        rows = MessageFile.objects.visible_to(user).filter(removed_at=None)
        if not all(is_visible(user, field) for field in SHOWN):
            rows = rows.filter(message__author=user)
        file = get_object_or_404(rows, pk=pk)
        return as_download(BytesIO(bytes(file.body)), file)


class InboundFileView(Declared, View):
    """One file that a person sent us, always as a download, for who reads what they wrote."""

    permission_required = VIEW_MESSAGE
    http_method_names = ["get"]

    def get(self, request: HttpRequest, message_pk: int, place: int) -> FileResponse:
        return download_of(_received(request, message_pk, place))


class InboundFileAgainView(Declared, View):
    """Fetches a file once more that could not be fetched."""

    permission_required = FETCH_FILE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, message_pk: int, place: int) -> HttpResponse:
        file = _received(request, message_pk, place, FETCH_FILE)
        ask_again(file, actor=cast(User, request.user))
        file.refresh_from_db()
        context = {"files": [file.as_chip()], "message_id": message_pk, "may_ask": True}
        shown = render(request, "messaging/partials/message_files.html", context)
        return toast(shown, _("The file is being fetched again."))


def _received(
    request: HttpRequest, message_pk: int, place: int, permission: str = VIEW_MESSAGE
) -> InboundFile:
    rows = InboundFile.objects.visible_to(cast(User, request.user), permission)
    return get_object_or_404(rows, message=message_pk, place=place)


def download_of(file: InboundFile) -> FileResponse:
    """Return a received file. Raises Http404 where it is not kept, or lost."""
    if file.state != InboundFile.State.KEPT:
        raise Http404
    try:
        handle = file.file.open("rb")
    except OSError as error:
        raise Http404 from error
    return as_download(handle, file)


def as_download(body: IO[bytes] | Any, file: MessageFile | InboundFile) -> FileResponse:
    """Return bytes with headers that let no browser run or keep them."""
    response = FileResponse(
        body, as_attachment=True, filename=file.name, content_type=file.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response

"""Files of messages: the very bytes that were sent, for those who may read the conversation."""

from io import BytesIO
from typing import cast

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.generic import View

from accounts.models import User
from crm_project.kit.views import Declared
from customers.masking import EMAIL, IDENTIFIERS, PHONE, is_visible
from messaging.models import MessageFile
from messaging.permissions import VIEW_MESSAGE

# A file that is opened runs nothing, loads nothing and has no origin (SECURITY.md IN-5).
SHOWN = (PHONE, EMAIL, IDENTIFIERS)  # what a paper may show of its customer
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


class MessageFileView(Declared, View):
    """One file, always as a download.

    A paper shows its customer as its sender sees them, so others need to see as much.
    """

    permission_required = VIEW_MESSAGE
    http_method_names = ["get"]

    def get(self, request: HttpRequest, pk: int) -> FileResponse:
        user = cast(User, request.user)
        rows = MessageFile.objects.visible_to(user)
        if not all(is_visible(user, field) for field in SHOWN):
            rows = rows.filter(message__author=user)
        file = get_object_or_404(rows, pk=pk)
        response = FileResponse(
            BytesIO(bytes(file.body)),
            as_attachment=True,
            filename=file.name,
            content_type=file.content_type,
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = SANDBOX
        response["Cross-Origin-Resource-Policy"] = "same-origin"
        response["Cache-Control"] = "private, no-store"
        return response

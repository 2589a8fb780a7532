"""Raw signals: what came in, what was made of it, and reading it again."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.dateparse import parse_datetime
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.models import Branch, User
from crm_project.kit.htmx import redirect_to, toast
from crm_project.kit.views import Declared, TableView
from messaging.errors import SignalRemoved
from messaging.filters import SignalFilter
from messaging.models import Message, Signal
from messaging.permissions import RETRY_SIGNAL, VIEW_SIGNAL
from messaging.services import REMOVED, VERDICT, retry_signal
from messaging.services.sources import read_source
from messaging.tasks import drain_signals

PANELS = "crm_project.wiring.signal_panels"  # the table lies above this app
MOST_MESSAGES = 50  # shown of one signal
MASKABLE = ("customers.phone", "customers.email")  # a raw body cannot be masked word by word
FILTERS = ("channel", "status", "branch", "kind", "since", "until")


class SignalListView(TableView):
    """Everything that came in raw, newest first; a live change fetches the table again."""

    permission_required = VIEW_SIGNAL
    queryset = Signal.objects.defer("body", "headers").select_related("branch")
    filterset_class = SignalFilter
    orders = {"newest": ("-received_at", "-pk"), "oldest": ("received_at", "pk")}
    template_name = "messaging/signal_list.html"
    table_template = "messaging/partials/signal_table.html"
    rows_template = "messaging/partials/signal_rows.html"
    page_size = 40  # a row has many parts: the page stays below 1,500 elements (DESIGN §8)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = cast(User, self.request.user)
        query = self.request.GET
        return super().get_context_data(
            can_retry=user.has_perm(RETRY_SIGNAL),
            is_filtered=any(query.get(name) for name in ("search", *FILTERS)),
            branches=Branch.objects.visible_to(user) if user.is_company_wide else [],
            **kwargs,
        )


class SignalView(Declared, View):
    """One signal: headers, source, what was found in it."""

    permission_required = VIEW_SIGNAL

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = cast(User, request.user)
        rows = Signal.objects.visible_to(user).select_related("branch")
        signal = get_object_or_404(rows, pk=pk)
        can_read = all(user.sees_field(field) == "visible" for field in MASKABLE)
        removed_at = signal.headers.pop(REMOVED, "")
        messages = Message.objects.visible_to(user).filter(signal=signal)
        context = {
            "signal": signal,
            "source": read_source(signal) if can_read else None,
            "headers": sorted(signal.headers.items()) if can_read else [],
            "verdict": signal.headers.get(VERDICT, ""),
            "removed_at": parse_datetime(removed_at) if removed_at else None,
            "messages_found": messages.select_related("conversation")[:MOST_MESSAGES]
            if can_read
            else [],
            "can_retry": not removed_at and _retriable(user).filter(pk=pk).exists(),
            "panels": import_string(PANELS)(user),
        }
        return render(request, "messaging/signal.html", context)


class SignalRetryView(Declared, View):
    """Reads a signal again. What it holds and is known already stays as it is."""

    permission_required = RETRY_SIGNAL
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        user = cast(User, request.user)
        signal = get_object_or_404(_retriable(user), pk=pk)
        answer = redirect_to(request, signal.get_absolute_url())
        try:
            retry_signal(signal, actor=user, reader=drain_signals)  # forms have their own sweep
        except SignalRemoved as error:
            return toast(answer, str(error.message), kind="bad")
        return toast(answer, _("The signal is being read again."))


def _retriable(user: User) -> Any:
    return Signal.objects.visible_to(user, RETRY_SIGNAL)

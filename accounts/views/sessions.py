"""Where a person is signed in, and ending it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.services import sessions
from accounts.words import browser_name
from crm_project.kit.htmx import toast

from .declared import AccountView


class SessionsView(AccountView):
    """The own signed-in browsers."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = [
            {"session": row, "browser": browser_name(row.user_agent), "is_this": self._is_this(row)}
            for row in self.me.sessions.all()
        ]
        return render(request, "accounts/sessions.html", {"rows": rows})

    def _is_this(self, row: object) -> bool:
        return getattr(row, "session_id", "") == self.request.session.session_key


class SessionEndView(AccountView):
    """Ends one of the own browsers."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = get_object_or_404(self.me.sessions, pk=pk)
        sessions.end_one_session(row, actor=self.me)
        return redirect("accounts:sessions")


class SessionsEndView(AccountView):
    """Ends everything but this browser, tokens too."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        sessions.end_other_access(self.me, keep=request)
        return toast(redirect("accounts:sessions"), _("Every other device is signed out."))

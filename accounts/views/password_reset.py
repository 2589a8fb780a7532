"""A forgotten password: ask for a link, then set a new one."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.generic import View

from accounts.errors import TooManyTries
from accounts.forms.sign_in import NewPasswordForm, ResetForm
from accounts.services import mfa, passwords, sign_in
from accounts.tasks import send_password_link
from crm_project.kit.forms import form_response
from crm_project.kit.jobs import enqueue

from .answers import refused
from .sign_in import public, remember_pending


@method_decorator(public, name="dispatch")
class PasswordResetView(View):
    """Asks for an address. The answer is the same for known and unknown ones."""

    template = "accounts/password_reset.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, self.template, {"form": ResetForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ResetForm(request.POST)
        if not form.is_valid():
            return form_response(request, self.template, form)
        email = form.cleaned_data["email"]
        try:
            passwords.count_reset_request(email=email, request=request)
        except TooManyTries as error:
            return refused(request, self.template, form, error)
        person = passwords.person_for_link(email)
        enqueue(send_password_link, user_id=person.pk if person else 0)
        return render(request, "accounts/password_reset_sent.html")


def keep_link_to_itself(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let the page's own files and links not carry its address, which opens an account, along.

    Not "no-referrer": browsers would then send `Origin: null` with the form (SECURITY.md AU-10).
    """

    def answer(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(*args, **kwargs)
        response["Referrer-Policy"] = "strict-origin"
        return response

    return answer


@method_decorator([*public, keep_link_to_itself], name="dispatch")
class PasswordNewView(View):
    """Sets a password by a link that works once, for an hour. Codes are still asked for."""

    template = "accounts/password_new.html"

    def get(self, request: HttpRequest, uid: str, token: str) -> HttpResponse:
        user = passwords.user_of_link(uid, token)
        if user is None:
            return self._spent(request)
        return render(request, self.template, {"form": NewPasswordForm(user=user)})

    def post(self, request: HttpRequest, uid: str, token: str) -> HttpResponse:
        user = passwords.user_of_link(uid, token)
        if user is None:
            return self._spent(request)
        form = NewPasswordForm(request.POST, user=user)
        if not form.is_valid():
            return form_response(request, self.template, form)
        passwords.change_password(user, form.cleaned_data["password"], actor=user)
        if mfa.has_mfa(user):
            remember_pending(request, user, next_path="")
            return redirect("accounts:sign_in_totp")
        sign_in.start_session(request, user)
        return redirect("home")

    def _spent(self, request: HttpRequest) -> HttpResponse:
        return render(request, self.template, {"validlink": False}, status=410)

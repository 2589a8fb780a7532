"""Signing in and out: password, then a code where the person has codes."""

import time
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import View

from accounts.errors import TooManyTries, WrongCode, WrongCredentials
from accounts.forms.sign_in import CodeForm, SignInForm
from accounts.models import User
from accounts.services import mfa, sign_in
from crm_project.kit.forms import form_response

from .answers import own_path, refused

PENDING = "pending_sign_in"
PENDING_SECONDS = 5 * 60  # between password and code
public = [login_not_required, never_cache, sensitive_post_parameters()]


@method_decorator(public, name="dispatch")
class SignInView(View):
    """The first step: e-mail and password."""

    template = "accounts/sign_in.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            return redirect(own_path(request.GET.get("next", "")))
        if request.headers.get("HX-Request"):  # a part of a page whose session has ended
            return HttpResponse(status=204, headers={"HX-Refresh": "true"})
        return render(request, self.template, {"form": SignInForm(), "next": _next(request)})

    def post(self, request: HttpRequest) -> HttpResponse:
        form, context = SignInForm(request.POST), {"next": _next(request)}
        if not form.is_valid():
            return form_response(request, self.template, form, context)
        try:
            user = sign_in.check_password(**form.cleaned_data, request=request)
        except (TooManyTries, WrongCredentials) as error:
            return refused(request, self.template, form, error, context)
        if mfa.has_mfa(user):
            remember_pending(request, user, next_path=_next(request))
            return redirect("accounts:sign_in_totp")
        sign_in.start_session(request, user)
        return redirect(_next(request) or "/")


@method_decorator(public, name="dispatch")
class SignInCodeView(View):
    """The second step: a one-time or recovery code."""

    template = "accounts/sign_in_totp.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        if _pending_user(request) is None:
            return redirect("accounts:sign_in")
        return render(request, self.template, {"form": CodeForm()})

    def post(self, request: HttpRequest) -> HttpResponse:
        user, form = _pending_user(request), CodeForm(request.POST)
        if user is None:
            return redirect("accounts:sign_in")
        if not form.is_valid():
            return form_response(request, self.template, form)
        try:
            sign_in.check_code(user=user, request=request, **form.cleaned_data)
        except (TooManyTries, WrongCode) as error:
            return refused(request, self.template, form, error)
        next_path = request.session.pop(PENDING)["next"]
        sign_in.start_session(request, user)
        return redirect(next_path or "/")


class SignOutView(View):
    """Ends the session on the server; by POST only."""

    http_method_names = ["post"]
    permission_required: tuple[str, ...] = ()  # being signed in is enough

    def post(self, request: HttpRequest) -> HttpResponse:
        sign_in.end_session(request)
        return redirect("accounts:sign_in")


def _next(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next", "")
    path = own_path(asked, "")
    return "" if path.startswith(reverse("accounts:sign_in")) else path


def remember_pending(request: HttpRequest, user: User, *, next_path: str) -> None:
    """Keep who gave the right password, for five minutes; nobody is signed in by it."""
    request.session.cycle_key()
    request.session[PENDING] = {
        "user": user.pk,
        "epoch": user.epoch,
        "at": time.time(),
        "next": next_path,
    }


def _pending_user(request: HttpRequest) -> User | None:
    pending: dict[str, Any] = request.session.get(PENDING, {})
    if time.time() - pending.get("at", 0) > PENDING_SECONDS:
        return None
    people = User.objects.with_access().filter(is_active=True, epoch=pending["epoch"])
    return people.filter(pk=pending["user"]).first()

"""Changes of somebody's access: password and code of who changes it are asked for again."""

from abc import ABC, abstractmethod
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from accounts.errors import RoleAboveOwn, TooManyTries, WrongCode, WrongCredentials
from accounts.forms.sign_in import ChangePasswordForm, ConfirmForm
from accounts.permissions import CHANGE_USER
from accounts.services import mfa, passwords, people, sign_in
from crm_project.kit.forms import form_response
from crm_project.kit.htmx import toast

from .answers import refused
from .declared import AccountView

REFUSALS = (TooManyTries, WrongCode, WrongCredentials)


@method_decorator(sensitive_post_parameters(), name="dispatch")
class ConfirmedView(AccountView, ABC):
    """A change that happens after the person proved again who they are."""

    template = "accounts/confirm.html"
    form_class: type[ConfirmForm] = ConfirmForm
    title: Any
    explanation: Any
    button: Any

    def get(self, request: HttpRequest, **_address: Any) -> HttpResponse:
        self.find()
        return render(request, self.template, self._context(self.form_class(user=self.me)))

    def post(self, request: HttpRequest, **_address: Any) -> HttpResponse:
        self.find()
        form = self.form_class(request.POST, user=self.me)
        if not form.is_valid():
            return form_response(request, self.template, form, self._context(form))
        try:
            sign_in.confirm_identity(
                user=self.me,
                password=form.cleaned_data["current"],
                code=form.cleaned_data.get("code", ""),
                request=request,
            )
        except REFUSALS as error:
            return refused(request, self.template, form, error, self._context(form))
        return self.confirmed(request, form)

    def find(self) -> None:
        """Find what the address names, where it names something. Raises Http404."""

    @abstractmethod
    def confirmed(self, request: HttpRequest, form: ConfirmForm) -> HttpResponse:
        """Do it and answer."""

    def _context(self, form: ConfirmForm) -> dict[str, Any]:
        words = {"title": self.title, "explanation": self.explanation, "button": self.button}
        return {**words, "form": form}


class PasswordChangeView(ConfirmedView):
    """A new password; all other browsers and tokens end."""

    form_class = ChangePasswordForm
    title = _("Change the password")
    explanation = _("You stay signed in here; every other device has to sign in again.")
    button = _("Change the password")

    def confirmed(self, request: HttpRequest, form: ConfirmForm) -> HttpResponse:
        new = form.cleaned_data["password"]
        passwords.change_password(self.me, new, actor=self.me, keep=request)
        return redirect("accounts:profile")


class MfaOffView(ConfirmedView):
    """Turns one-time codes off, e.g. to move them to a new phone."""

    title = _("Turn off one-time codes")
    explanation = _(
        "Your account is then protected by the password alone, until you set them up again."
    )
    button = _("Turn off")

    def confirmed(self, request: HttpRequest, form: ConfirmForm) -> HttpResponse:
        mfa.turn_off(self.me, actor=self.me, keep=request)
        return redirect("accounts:mfa_setup" if mfa.must_set_up(self.me) else "accounts:profile")


class ColleagueCodesOffView(ConfirmedView):
    """Turns the codes of a colleague off, who lost the phone."""

    permission_required = CHANGE_USER
    title = _("Turn off one-time codes")
    explanation = _("The account is weaker until its person sets them up again.")
    button = _("Turn off")

    def find(self) -> None:
        """Find the colleague. Raises Http404, and RoleAboveOwn for one who ranks above."""
        rows = people.changeable_by(self.me).select_related("role", "branch")
        self.person = get_object_or_404(rows, pk=self.kwargs["pk"], is_service=False)
        if not people.outranks(self.me, self.person):
            raise RoleAboveOwn

    def confirmed(self, request: HttpRequest, form: ConfirmForm) -> HttpResponse:
        people.reset_mfa(self.person, actor=self.me)
        return toast(redirect(self.person), gettext("Done."))

    def _context(self, form: ConfirmForm) -> dict[str, Any]:
        return {**super()._context(form), "back": self.person.get_absolute_url()}


class RecoveryCodesView(ConfirmedView):
    """Ten new recovery codes; the old ones stop working."""

    title = _("New recovery codes")
    explanation = _("You get ten new codes. The old ones stop working.")
    button = _("Make new codes")

    def confirmed(self, request: HttpRequest, form: ConfirmForm) -> HttpResponse:
        if not mfa.has_mfa(self.me):
            return redirect("accounts:mfa_setup")
        codes = mfa.renew_recovery_codes(self.me)
        return render(request, "accounts/recovery_codes.html", {"codes": codes})

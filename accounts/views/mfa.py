"""Setting up one-time codes. A browser left open is not enough: the password is asked for again."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters

from accounts.forms.sign_in import SetUpForm
from accounts.services import mfa, sign_in
from crm_project.kit.forms import form_response

from .answers import refused
from .confirm import REFUSALS
from .declared import AccountView


@method_decorator(sensitive_post_parameters(), name="dispatch")
class MfaSetupView(AccountView):
    """Shows the key and turns codes on with the first right one."""

    template = "accounts/mfa_setup.html"
    permission_required: Any = ()  # whoever must set up codes may do nothing else yet

    def get(self, request: HttpRequest) -> HttpResponse:
        if mfa.has_mfa(self.me):
            return redirect("accounts:profile")
        return render(request, self.template, self._context(SetUpForm()))

    def post(self, request: HttpRequest) -> HttpResponse:
        if mfa.has_mfa(self.me):
            return redirect("accounts:profile")
        form = SetUpForm(request.POST)
        context = self._context(form)
        if not form.is_valid():
            return form_response(request, self.template, form, context)
        try:
            sign_in.confirm_identity(
                user=self.me, password=form.cleaned_data["current"], code="", request=request
            )
            codes = mfa.finish_setup(self.me, form.cleaned_data["code"], request=request)
        except REFUSALS as error:
            return refused(request, self.template, form, error, context)
        return render(request, "accounts/recovery_codes.html", {"codes": codes})

    def _context(self, form: SetUpForm) -> dict[str, Any]:
        secret = mfa.offered_secret(self.me, request=self.request)
        grouped = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
        return {"form": form, "qr": mfa.qr_picture(self.me, secret), "secret": grouped}

"""Setting up one-time codes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.errors import WrongCode
from accounts.forms.sign_in import CodeForm
from accounts.services import mfa
from crm_project.kit.forms import form_response

from .answers import refused
from .declared import AccountView


class MfaSetupView(AccountView):
    """Shows the key and turns codes on with the first right one."""

    template = "accounts/mfa_setup.html"
    permission_required: Any = ()  # whoever must set up codes may do nothing else yet

    def get(self, request: HttpRequest) -> HttpResponse:
        if mfa.has_mfa(self.me):
            return redirect("accounts:profile")
        return render(request, self.template, self._context(CodeForm()))

    def post(self, request: HttpRequest) -> HttpResponse:
        if mfa.has_mfa(self.me):
            return redirect("accounts:profile")
        form = CodeForm(request.POST)
        context = self._context(form)
        if not form.is_valid():
            return form_response(request, self.template, form, context)
        try:
            codes = mfa.finish_setup(self.me, form.cleaned_data["code"], request=request)
        except WrongCode as error:
            return refused(request, self.template, form, error, context)
        return render(request, "accounts/recovery_codes.html", {"codes": codes})

    def _context(self, form: CodeForm) -> dict[str, Any]:
        secret = mfa.offered_secret(self.me, request=self.request)
        grouped = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
        return {"form": form, "qr": mfa.qr_picture(self.me, secret), "secret": grouped}

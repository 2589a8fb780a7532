"""Company settings and the logo."""

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.generic import View

from accounts.forms.company import CompanyForm
from accounts.models import CompanySettings
from accounts.permissions import CHANGE_SETTINGS
from accounts.services import company
from crm_project.kit.forms import form_response
from crm_project.kit.htmx import toast
from crm_project.kit.scanner import FileInfected, ScannerUnavailable

from .answers import refused
from .declared import AccountView


class SettingsView(AccountView):
    """Names, logo, currency, tax, numbering, promises."""

    permission_required = CHANGE_SETTINGS
    template = "accounts/settings.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        form = CompanyForm(instance=_fresh())
        return render(request, self.template, {"form": form})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CompanyForm(request.POST, request.FILES, instance=_fresh())
        if not form.is_valid():
            return form_response(request, self.template, form)
        try:
            company.update_company(form.settings(), actor=self.me, logo=form.logo())
        except (company.UnreadableLogo, FileInfected, ScannerUnavailable) as error:
            error.field = "logo_file"
            return refused(request, self.template, form, error)
        return toast(redirect("accounts:settings"), _("Saved."))


def _fresh() -> CompanySettings:
    """Return a row of this form's own: validating writes into it, and the kept one is everybody's."""
    return CompanySettings.objects.get(pk=CompanySettings.current().pk)


@method_decorator(login_not_required, name="dispatch")
class LogoView(View):
    """The company's logo, shown before sign-in too. It was made by us from the uploaded pixels."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        logo = CompanySettings.current().logo
        if not logo:
            raise Http404
        try:
            response = FileResponse(logo.open("rb"), content_type="image/png")
        except FileNotFoundError as error:
            raise Http404 from error
        response["Cache-Control"] = "private, max-age=300"
        return response

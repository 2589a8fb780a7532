"""Keys of integrations."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import RoleAboveOwn
from accounts.forms.keys import KeyForm
from accounts.models import IntegratorKey
from accounts.permissions import MANAGE_KEYS
from accounts.services import integrations, keys
from crm_project.kit.forms import form_response
from crm_project.kit.htmx import toast

from .answers import refused
from .declared import AccountView


class KeysView(AccountView):
    """All keys, without their secrets."""

    permission_required = MANAGE_KEYS

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = IntegratorKey.objects.visible_to(self.me).select_related(
            "user__branch", "created_by"
        )
        context = {"rows": rows, "now": timezone.now()}
        return render(request, "accounts/keys.html", context)


class KeyNewView(AccountView):
    """Makes a key and shows it this once."""

    permission_required = MANAGE_KEYS
    template = "accounts/key_form.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, self.template, {"form": KeyForm(editor=self.me)})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = KeyForm(request.POST, editor=self.me)
        if not form.is_valid():
            return form_response(request, self.template, form)
        try:
            key, secret = integrations.connect_integration(form.wanted(), actor=self.me)
        except RoleAboveOwn as error:
            return refused(request, self.template, form, error)
        return render(request, "accounts/key_made.html", {"key": key, "secret": secret})


class KeyRevokeView(AccountView):
    """Ends a key at once."""

    permission_required = MANAGE_KEYS
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        key = get_object_or_404(IntegratorKey.objects.visible_to(self.me), pk=pk)
        keys.revoke_key(key, actor=self.me)
        return toast(redirect("accounts:keys"), _("The key is revoked."))

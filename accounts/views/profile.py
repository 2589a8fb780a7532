"""The own profile."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.forms.people import ProfileForm
from accounts.services import mfa, people
from crm_project.kit.forms import form_response
from crm_project.kit.htmx import toast

from .declared import AccountView


class ProfileView(AccountView):
    """Name, language and look; the way to password, codes, sessions and notifications."""

    template = "accounts/profile.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, self.template, self._context(ProfileForm(user=self.me)))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ProfileForm(request.POST, user=self.me)
        if not form.is_valid():
            return form_response(request, self.template, form, self._context(form))
        people.update_own_profile(self.me, form.cleaned_data)
        return toast(redirect("accounts:profile"), _("Saved."))

    def _context(self, form: ProfileForm) -> dict[str, object]:
        return {
            "form": form,
            "has_mfa": mfa.has_mfa(self.me),
            "unused_codes": self.me.recovery_codes.filter(used_at=None).count(),
            "session_count": self.me.sessions.count(),
        }

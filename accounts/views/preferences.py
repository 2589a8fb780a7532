"""Choices that scripts save in passing, and the language."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views.generic import View

from accounts.middleware import LANGUAGE_COOKIE
from accounts.models import User
from accounts.services import people

from .answers import own_path
from .declared import AccountView

YEAR = 365 * 24 * 60 * 60  # seconds
FLAGS = {"rail": "is_rail", "single_keys": "has_single_keys"}


@method_decorator(login_not_required, name="dispatch")
class SetLanguageView(View):
    """Switches the language: of the person, or of the browser before sign-in."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        response = redirect(own_path(request.POST.get("next", "")))
        language = request.POST.get("language", "")
        if language not in dict(settings.LANGUAGES):
            return HttpResponse(status=400)
        if isinstance(request.user, User):
            people.update_own_profile(request.user, {"language": language})
        response.set_cookie(
            LANGUAGE_COOKIE,
            language,
            max_age=YEAR,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        return response


class SetPreferenceView(AccountView):
    """Saves the theme, the narrow sidebar and the single-key shortcuts; nothing else."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        name, value = request.POST.get("name", ""), request.POST.get("value", "")
        if name == "theme" and value in User.Theme.values:
            people.update_own_profile(self.me, {"theme": value})
        elif name in FLAGS and value in ("0", "1"):
            people.update_own_profile(self.me, {FLAGS[name]: value == "1"})
        else:
            return HttpResponse(status=400)
        return HttpResponse(status=204)

"""The first page: today's intake."""

from typing import Any

from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.generic import TemplateView

from accounts import permissions
from crm_project.kit.views import Declared

TILES = "crm_project.wiring.home_tiles"  # the table above all apps


class HomeView(Declared, TemplateView):
    """Tiles of today; each app serves its own by HTMX under its own permission."""

    permission_required = permissions.USE_ACCOUNT
    template_name = "accounts/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        now = timezone.localtime()
        return super().get_context_data(
            tiles=import_string(TILES)(user),
            first_name=user.shown_name.split(" ")[0],
            now=now,
            hour=now.hour,
            **kwargs,
        )

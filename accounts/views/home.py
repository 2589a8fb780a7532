"""The first page: today's intake."""

from django.views.generic import TemplateView

from accounts import permissions
from crm_project.kit.views import Declared


class HomeView(Declared, TemplateView):
    """Tiles of today; each app serves its own by HTMX under its own permission."""

    permission_required = permissions.USE_ACCOUNT
    template_name = "accounts/home.html"

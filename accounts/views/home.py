"""The first page: today's intake."""

from itertools import pairwise
from typing import Any

from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.generic import TemplateView

from accounts import permissions
from crm_project.kit.views import Declared

TILES = "crm_project.wiring.home_tiles"  # the table above all apps
COLUMNS = 3  # of tiles beside each other on a desk


def in_columns(tiles: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Share the narrow tiles out to columns in their order: each column fills by itself.

    In rows, a short tile would leave a hole above the next row. The first tiles are the tall ones,
    so the last columns take one more where the number doesn't divide.
    """
    bounds = [len(tiles) * place // COLUMNS for place in range(COLUMNS + 1)]
    shares = [tiles[first:end] for first, end in pairwise(bounds)]
    return [share for share in shares if share]


class HomeView(Declared, TemplateView):
    """Tiles of today; each app serves its own by HTMX under its own permission."""

    permission_required = permissions.USE_ACCOUNT
    template_name = "accounts/home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user: Any = self.request.user
        now = timezone.localtime()
        tiles = import_string(TILES)(user)
        return super().get_context_data(
            wide_tiles=[tile for tile in tiles if tile["is_wide"]],
            columns=in_columns([tile for tile in tiles if not tile["is_wide"]]),
            first_name=user.shown_name.split(" ")[0],
            now=now,
            hour=now.hour,
            **kwargs,
        )

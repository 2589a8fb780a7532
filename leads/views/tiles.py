"""Tiles of the home page: today's intake, each one aggregate query within the reader's reach."""

from abc import ABC, abstractmethod
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.generic import View

from crm_project.kit.views import Declared
from leads import permissions
from leads.figures import by_channel, intake_of_today, new_yesterday
from leads.models import Lead
from leads.words import channel_mark
from messaging.models.channels import ChannelKind

from .inbox import dress

ROWS = 8


class Tile(Declared, View, ABC):
    """A part of the home page that fetches itself again when leads change."""

    permission_required = permissions.VIEW
    template: str

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, self.template, self.context(request.user))

    @abstractmethod
    def context(self, user: Any) -> dict[str, Any]:
        """What the tile shows."""


class IntakeTileView(Tile):
    """New, waiting, accepted, median acceptance, converted."""

    template = "leads/partials/home_intake.html"

    def context(self, user: Any) -> dict[str, Any]:
        figures = intake_of_today(user)
        before = new_yesterday(user)
        change = round(100 * (figures["new"] - before) / before) if before else None
        return {**figures, "change": change, **minutes(figures["median"])}


def minutes(span: timedelta | None) -> dict[str, Any]:
    """Return a duration as 3:05 minutes, from an hour on as 2:10 hours, with its unit."""
    if span is None:
        return {"median_text": "", "median_unit": ""}
    seconds = max(0, round(span.total_seconds()))
    is_long = seconds >= 3600
    whole, rest = divmod(seconds // 60 if is_long else seconds, 60)
    return {"median_text": f"{whole}:{rest:02d}", "median_unit": _("h") if is_long else _("min")}


class ChannelsTileView(Tile):
    """Where today's leads came from."""

    template = "leads/partials/home_channels.html"

    def context(self, user: Any) -> dict[str, Any]:
        rows = by_channel(user)
        most = max((row["count"] for row in rows), default=1)
        names = dict(ChannelKind.choices)
        for row in rows:
            row["label"] = names.get(row["channel"], row["channel"])
            row["share"] = round(100 * row["count"] / most)
            row["css"], row["icon"] = channel_mark(row["channel"])
        return {"rows": rows, "total": sum(row["count"] for row in rows)}


class NewestTileView(Tile):
    """The newest leads as they come."""

    template = "leads/partials/home_newest.html"

    def context(self, user: Any) -> dict[str, Any]:
        rows = Lead.objects.visible_to(user).exclude(status=Lead.Status.REJECTED).for_list()
        return {
            "leads": [dress(lead, user) for lead in rows.order_by("-received_at", "-pk")[:ROWS]]
        }


class MineTileView(Tile):
    """The reader's own leads that wait, the most urgent deadline first."""

    template = "leads/partials/home_mine.html"

    def context(self, user: Any) -> dict[str, Any]:
        rows = Lead.objects.visible_to(user).waiting().filter(owner=user).for_list()
        return {"leads": [dress(lead, user) for lead in rows.order_by("reply_due_at", "pk")[:ROWS]]}

"""No-shows and delays of inspectors."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inspections.services import inspector_figures

from .reach import InspectionView

PERIODS = {"7": _("7 days"), "30": _("30 days"), "90": _("90 days"), "365": _("12 months")}


class StatisticsView(InspectionView):
    """Figures of the last days, by inspector, within the reader's reach."""

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("days", "30")
        period = asked if asked in PERIODS else "30"
        now = timezone.now()
        figures = inspector_figures(self.me, now - timedelta(days=int(period)), now)
        context: dict[str, Any] = {
            "figures": figures,
            "periods": [(key, label, key == period) for key, label in PERIODS.items()],
            "completed": sum(one.completed for one in figures),
            "no_shows": sum(one.no_shows for one in figures),
            "late": sum(one.late for one in figures),
            "begun": sum(one.begun for one in figures),
        }
        return render(request, "inspections/statistics.html", context)

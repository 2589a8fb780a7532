"""An inspector's own day, made for a phone."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from customers.masking import PHONE, VISIBLE
from inspections import permissions
from inspections.calendar import week_of
from inspections.hours import day_span
from inspections.models import Inspection
from inspections.places import measure_ways

from .calendar import chosen_day, problem_of
from .reach import InspectionView, dress

OVER = (Inspection.Status.COMPLETED, Inspection.Status.NO_SHOW)


class MyDayView(InspectionView):
    """The week's strip and the chosen day's visits of the signed-in person."""

    permission_required = permissions.CARRY_OUT

    def get(self, request: HttpRequest) -> HttpResponse:
        branch = self.branch()
        today = timezone.now().astimezone(branch.clock).date()
        day = chosen_day(request.GET.get("day", ""), today)
        week = week_of(day)
        since, until = day_span(week[0], branch)[0], day_span(week[-1], branch)[1]
        visits = self._visits(since, until)
        zone = branch.clock
        of_day: dict[Any, list[Any]] = {each: [] for each in week}
        for visit in visits:
            of_day[visit.starts_at.astimezone(zone).date()].append(visit)
        shown = of_day[day]
        measure_ways(shown)
        context = {
            "branch": branch,
            "day": day,
            "is_today": day == today,
            "days": [(each, len(of_day[each]), each == day) for each in week],
            "before": day - timedelta(days=7),
            "after": day + timedelta(days=7),
            "visits": shown,
            "left": sum(visit.status not in OVER for visit in shown),
        }
        return self.show(branch, "inspections/my_day.html", context)

    def _visits(self, since: Any, until: Any) -> list[Any]:
        rows = Inspection.objects.visible_to(self.me, permissions.CARRY_OUT).filter(
            inspector=self.me, starts_at__gte=since, starts_at__lt=until
        )
        asked = Count("type__items", filter=Q(type__items__is_active=True), distinct=True)
        known = rows.exclude(status=Inspection.Status.CANCELLED).for_list()
        visits: list[Any] = list(
            known.annotate(asked=asked, answered=Count("answers", distinct=True)).order_by(
                "starts_at"
            )
        )
        now, can_call = timezone.now(), self.me.sees_field(PHONE) == VISIBLE
        for visit in visits:
            dress(visit)
            visit.problem = problem_of(visit, now)
            visit.minutes = int((visit.ends_at - visit.starts_at).total_seconds() // 60)
            visit.percent = (
                min(100, round(100 * visit.answered / visit.asked)) if visit.asked else 0
            )
            visit.call_url = (
                f"tel:{visit.customer.phone}" if can_call and visit.customer.phone else ""
            )
            visit.is_over = visit.status in OVER
        return visits

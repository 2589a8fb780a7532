"""The calendar: a week, or the day of every inspector side by side; the tray of what has no time."""

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import Branch, User
from accounts.roles import Scope
from crm_project.kit.htmx import wants_partial
from crm_project.kit.text import whole_number
from inspections import permissions
from inspections.calendar import COLOURS, Block, Column, closed_parts, hours_shown, place, week_of
from inspections.hours import day_span, open_spans
from inspections.models import Absence, Inspection
from inspections.services import Load, diary_of, inspectors, workload
from inspections.services.schedule import MOVABLE

from .calendar_cards import Cards
from .reach import InspectionView

DAY, WEEK = "day", "week"
LATE_AFTER = timedelta(minutes=10)
MOST_WAITING = 12  # cards in the tray; the list has them all
READS = (  # of a visit: what cards, lines and the tray show
    *("number", "status", "is_urgent", "district", "version", "inspector_id", "customer__name"),
    *("type__name_ar", "type__name_en"),
)
READS_OF_BOOKED = (
    *("starts_at", "ends_at", "is_outside_hours_allowed", "address"),
    *("inspector__name", "inspector__name_en"),
)
READS_OF_WAITING = ("created_at", "wishes", "type__minutes")
WIDE = (Scope.BRANCH, Scope.COMPANY)


class CalendarView(InspectionView):
    """The page, or its calendar alone for HTMX and live changes."""

    def get(self, request: HttpRequest) -> HttpResponse:
        branch = self.branch()
        template = "partials/calendar.html" if wants_partial(request) else "calendar.html"
        return self.show(branch, f"inspections/{template}", self.context(branch))

    def context(self, branch: Branch) -> dict[str, Any]:
        """What the calendar shows."""
        data = self.request.GET
        today = timezone.now().astimezone(branch.clock).date()
        day = chosen_day(data.get("day", ""), today)
        mode = DAY if data.get("mode") == DAY else WEEK
        days = [day] if mode == DAY else week_of(day)
        staff = self._people(branch)
        visits = list(self._rows(branch, days))
        absences = list(self._absences(branch, days))
        only = whole_number(data.get("inspector", ""))
        people = _with_visitors(staff, visits)
        colours = {person.pk: COLOURS[at % len(COLOURS)] for at, person in enumerate(people)}
        loads = self._loads(branch, days, people, visits, absences)
        shown = [row for row in visits if only in (None, row.inspector_id)]
        hours = hours_shown(branch, days, shown)
        cards = Cards(branch.clock)
        page = _Page(branch, hours, today, colours, loads, self.me, cards)
        picked = [one for one in people if only in (None, one.pk)]
        columns = (
            [page.column(day, shown, absences, person) for person in picked]
            if mode == DAY
            else [page.column(each, shown, absences, None, picked) for each in days]
        )
        return {
            "branch": branch,
            "branches": Branch.objects.visible_to(self.me).active()
            if self.me.is_company_wide
            else [],
            "mode": mode,
            "day": day,
            "today": today,
            "first": days[0],
            "last": days[-1],
            "before": day - timedelta(days=1 if mode == DAY else 7),
            "after": day + timedelta(days=1 if mode == DAY else 7),
            "columns": columns,
            "agenda": _agenda(week_of(day), day, visits, branch, mode == DAY, cards),
            "hours": [(f"{hour:02d}:00", hour - hours[0]) for hour in range(*hours)],
            "first_hour": hours[0],
            "hour_count": hours[1] - hours[0],
            "now": page.now_on(days),
            "chips": [_chip(one, colours, days, loads, only) for one in people],
            "only": only,
            "can_schedule": self.me.has_perm(permissions.SCHEDULE),
            "can_add": self.me.has_perm(permissions.ADD),
            **self._tray(branch, staff, colours),
        }

    def _people(self, branch: Branch) -> list[User]:
        if self.me.scope_of(permissions.VIEW) in WIDE or self.me.has_perm(permissions.SCHEDULE):
            return inspectors(branch)
        return [one for one in inspectors(branch) if one.pk == self.me.pk]

    def _rows(self, branch: Branch, days: list[date]) -> QuerySet[Inspection]:
        since, until = day_span(days[0], branch)[0], day_span(days[-1], branch)[1]
        rows = Inspection.objects.visible_to(self.me).filter(
            branch=branch, starts_at__lt=until, ends_at__gt=since, inspector__isnull=False
        )
        known = rows.exclude(status__in=("cancelled", "requested"))
        shown = known.select_related("customer", "inspector", "type").only(*READS, *READS_OF_BOOKED)
        return shown.order_by("starts_at")

    def _absences(self, branch: Branch, days: list[date]) -> QuerySet[Absence]:
        since, until = day_span(days[0], branch)[0], day_span(days[-1], branch)[1]
        rows = Absence.objects.visible_to(self.me).filter(inspector__branch=branch)
        return rows.filter(starts_at__lt=until, ends_at__gt=since).select_related("inspector")

    def _loads(
        self, branch: Branch, days: list[date], people: list[User], visits: Any, absences: Any
    ) -> dict[tuple[int, date], Load]:
        """Only for those who see all visits of a person: a part of them would be no load."""
        mine = [one.pk for one in people if one.pk == self.me.pk]
        known = [one.pk for one in people]
        ids = known if self.me.scope_of(permissions.VIEW) in WIDE else mine
        return workload(branch, days, ids, visits, absences)

    def _tray(self, branch: Branch, staff: list[User], colours: dict[int, str]) -> dict[str, Any]:
        """Requests without a time, the urgent and the oldest first, each with free times.

        `staff` are the branch's inspectors, if the reader may schedule.
        """
        rows = Inspection.objects.visible_to(self.me).unscheduled().filter(branch=branch)
        known = rows.select_related("customer", "type").only(*READS, *READS_OF_WAITING)
        found: list[Any] = list(known.order_by("-is_urgent", "created_at")[: MOST_WAITING + 1])
        waiting = found[:MOST_WAITING]
        if waiting and self.me.has_perm(permissions.SCHEDULE):
            diary = diary_of(branch, people=staff)
            offered = diary.suggest_each([visit.type.minutes for visit in waiting])
            for visit, suggestions in zip(waiting, offered, strict=True):
                visit.suggestions = suggestions
                for one in visit.suggestions:
                    one.inspector.colour = colours.get(one.inspector.pk, COLOURS[-1])  # type: ignore[attr-defined]
        now = timezone.now()
        for visit in waiting:
            visit.waiting_days = (now - visit.created_at).days
        return {"waiting": waiting, "has_more_waiting": len(found) > MOST_WAITING}


class _Page:
    """What all columns of a page share."""

    def __init__(
        self,
        branch: Branch,
        hours: tuple[int, int],
        today: date,
        colours: dict[int, str],
        loads: dict[tuple[int, date], Load],
        user: User,
        cards: Cards,
    ) -> None:
        self.branch, self.hours, self.today = branch, hours, today
        self.colours, self.loads, self.cards = colours, loads, cards
        self.can_schedule = user.has_perm(permissions.SCHEDULE)
        self.now = timezone.now()

    def column(
        self, day: date, visits: Any, absences: Any, person: Any, picked: Any = ()
    ) -> Column:
        """One day, or the day of one person."""
        mine = [row for row in visits if person is None or row.inspector_id == person.pk]
        ids = {one.pk for one in picked} or ({person.pk} if person else set())
        away = [row for row in absences if row.inspector_id in ids]
        loads = [load for (pk, on), load in self.loads.items() if on == day and pk in ids]
        return Column(
            day=day,
            person=person,
            cards=[self._draw(block) for block in place(mine, day, self.branch)],
            away=place(away, day, self.branch, self.hours) if person or len(ids) == 1 else [],
            closed=closed_parts(self.branch, day, self.hours),
            load=sum(loads, Load(0, 0)) if loads else None,
            is_today=day == self.today,
            is_closed=not open_spans(self.branch, day),
        )

    def _draw(self, block: Block) -> SafeString:
        visit: Inspection = block.row
        block.colour = self.colours.get(visit.inspector_id or 0, COLOURS[-1])
        block.problem = problem_of(visit, self.now)
        if visit.status in ("completed", "no_show"):
            block.tone = "done"
        if block.problem:
            block.tone = "bad"
        is_movable = self.can_schedule and visit.status in MOVABLE
        return self.cards.card(block, is_movable=is_movable)

    def now_on(self, days: list[date]) -> dict[str, Any] | None:
        """Where the line of the present stands, if it is in sight."""
        local = self.now.astimezone(self.branch.clock)
        hour = local.hour + local.minute / 60
        if local.date() not in days or not self.hours[0] <= hour < self.hours[1]:
            return None
        return {"style": f"--s:{hour:.4g}", "clock": f"{local:%H:%M}"}


def problem_of(visit: Inspection, now: Any) -> str:
    """Say what is wrong with a visit: late, longer than planned, nobody there; "" for nothing."""
    if visit.starts_at is None or visit.ends_at is None:
        return ""
    if visit.status == Inspection.Status.NO_SHOW:
        return str(visit.get_status_display())
    has_not_begun = visit.status in (Inspection.Status.SCHEDULED, Inspection.Status.ON_THE_WAY)
    if has_not_begun and now > visit.starts_at + LATE_AFTER:
        minutes = int((now - visit.starts_at).total_seconds() // 60)
        return _("%(minutes)d min late") % {"minutes": minutes} if minutes < 600 else _("not begun")
    if visit.status == Inspection.Status.IN_PROGRESS and now > visit.ends_at:
        return _("longer than planned")
    return ""


def chosen_day(written: str, today: date) -> date:
    """Return the day of the address, or today for none and for nonsense."""
    try:
        day = parse_date(written[:10])
    except ValueError:
        day = None
    return day if day and 2000 <= day.year <= 2200 else today


def _with_visitors(people: list[User], visits: list[Inspection]) -> list[User]:
    """The inspectors, and whoever else has a visit."""
    known = {person.pk: person for person in people}
    for visit in visits:
        if visit.inspector:
            known.setdefault(visit.inspector.pk, visit.inspector)
    return list(known.values())


def _chip(
    person: User, colours: dict[int, str], days: list[date], loads: Any, only: int | None
) -> dict[str, Any]:
    own = [load for day in days if (load := loads.get((person.pk, day)))]
    total = sum(own, Load(0, 0))
    return {
        "person": person,
        "colour": colours[person.pk],
        "is_on": only in (None, person.pk),
        "next": "" if only == person.pk else person.pk,
        "booked": f"{total.booked / 60:.3g}" if own else "",
        "available": f"{total.available / 60:.3g}",
    }


def _agenda(
    week: list[date],
    day: date,
    visits: list[Inspection],
    branch: Branch,
    is_day: bool,
    cards: Cards,
) -> dict[str, Any]:
    """The phone's view: a strip of the week's days, and the chosen day's visits below."""
    zone = branch.clock
    of_day: dict[date, list[Inspection]] = {}
    for visit in visits:
        if visit.starts_at:
            of_day.setdefault(visit.starts_at.astimezone(zone).date(), []).append(visit)
    return {
        "days": [
            {"day": each, "count": len(of_day.get(each, [])), "is_shown": each == day,
             "url": f"{reverse('inspections:calendar')}?day={each}&branch={branch.pk}"}
            for each in week
        ],
        "lines": [cards.line(visit) for visit in of_day.get(day, [])],
        "has_counts": not is_day,
    }  # fmt: skip

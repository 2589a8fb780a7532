"""What people did besides selling: quotes, promises, visits, leads. Counted within the reach."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, F, Q

from inspections.models import Inspection, InspectionEvent
from leads.models import Lead
from orders.models import Order
from reports.periods import Period
from reports.reach import Reach
from reports.rows import in_reach, within

_DAY_SECONDS = Decimal(86_400)


@dataclass
class Work:
    """One person's figures in a period; `days` is the mean time from quote to confirmation."""

    quotes: int = 0
    won: int = 0
    days: Decimal | None = None
    overdue: int = 0  # today, whatever the period
    visits: int = 0
    no_shows: int = 0
    leads: int = 0
    accepted: int = 0
    converted: int = 0


def quotes_in(user: Any, reach: Reach, period: Period) -> Any:
    """Orders written in the period, quotes and what became of them."""
    orders = Order.objects.visible_to(user)
    return orders.filter(in_reach(reach), within(reach, period, column="created_at"))


def won(rows: Any) -> Any:
    """Of these quotes, those that were confirmed and not cancelled."""
    return rows.filter(WON)


def overdue_now(user: Any, reach: Reach) -> Any:
    """Orders under way whose promised day has passed."""
    return Order.objects.visible_to(user).filter(in_reach(reach)).overdue()


def visits_in(user: Any, reach: Reach, period: Period) -> Any:
    """Completed inspections that were planned for the period; the inspector is the person."""
    rows = Inspection.objects.visible_to(user).filter(status=Inspection.Status.COMPLETED)
    own = in_reach(reach, owner="inspector_id")
    return rows.filter(own, within(reach, period, column="starts_at"), inspector__isnull=False)


def no_shows_in(user: Any, reach: Reach, period: Period) -> Any:
    """Visits of the period to nobody; one that was booked again still counts."""
    missed = InspectionEvent.objects.filter(
        within(reach, period, column="now_at", branch="inspection__branch_id"),
        status=Inspection.Status.NO_SHOW, inspector__isnull=False,
    )  # fmt: skip
    events = missed.visible_to(user)
    return events.filter(in_reach(reach, owner="inspector_id", branch="inspection__branch_id"))


def leads_in(user: Any, reach: Reach, period: Period) -> Any:
    """Leads of people that came in the period."""
    rows = Lead.objects.visible_to(user).filter(in_reach(reach), is_test=False)
    return rows.filter(within(reach, period, column="received_at"), owner__isnull=False)


WON = Q(confirmed_at__isnull=False) & ~Q(status__in=(Order.Status.QUOTE, Order.Status.CANCELLED))
ACCEPTED = Q(accepted_at__isnull=False)
CONVERTED = Q(status=Lead.Status.CONVERTED)


def order_work(user: Any, reach: Reach, period: Period) -> dict[int | None, Work]:
    """Return quotes and delays by person. 2 queries."""
    found: dict[int | None, Work] = {}
    taken = Avg(F("confirmed_at") - F("created_at"), filter=WON)  # all from the index: no ids
    rows = quotes_in(user, reach, period).order_by().values("owner")
    for row in rows.annotate(
        quotes=Count("created_at"), won=Count("created_at", filter=WON), taken=taken
    ):
        days = row["taken"] and Decimal(row["taken"].total_seconds()) / _DAY_SECONDS
        found[row["owner"]] = Work(quotes=row["quotes"], won=row["won"], days=days)
    late = overdue_now(user, reach).order_by().values_list("owner").annotate(Count("pk"))
    for owner, count in late:
        found.setdefault(owner, Work()).overdue = count
    return found


def visit_work(user: Any, reach: Reach, period: Period, found: dict[int | None, Work]) -> None:
    """Add visits and no-shows by person. 2 queries."""
    done = visits_in(user, reach, period).order_by().values_list("inspector").annotate(Count("pk"))
    for person, count in done:
        found.setdefault(person, Work()).visits = count
    missed = no_shows_in(user, reach, period).order_by().values_list("inspector")
    for person, count in missed.annotate(Count("inspection", distinct=True)):
        found.setdefault(person, Work()).no_shows = count


def lead_work(user: Any, reach: Reach, period: Period, found: dict[int | None, Work]) -> None:
    """Add leads by person. 1 query."""
    rows = leads_in(user, reach, period).order_by().values("owner")
    counted = rows.annotate(
        count=Count("pk"),
        taken=Count("pk", filter=ACCEPTED),
        won=Count("pk", filter=CONVERTED),
    )
    for row in counted:
        work = found.setdefault(row["owner"], Work())
        work.leads, work.accepted, work.converted = row["count"], row["taken"], row["won"]

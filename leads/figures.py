"""Figures of leads, each one aggregate query within what the reader may see."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q, Sum
from django.utils import timezone

from accounts.models import CompanySettings
from leads.filters import open_duplicates, unsure_fields
from leads.models import Lead

MOST_COUNTED = 1000


class Median(Aggregate):
    """percentile_cont(0.5) over a duration."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def queue_counts(user: Any, statuses: tuple[str, ...]) -> dict[str, int]:
    """Count the queue's leads per flag, and the queues that wait; at most 1,000 are looked at."""
    visible = Lead.objects.visible_to(user).order_by()
    some = visible.filter(status__in=statuses).values("pk")[: MOST_COUNTED + 1]
    rows = Lead.objects.filter(pk__in=some).order_by()
    flags = rows.annotate(is_unsure=unsure_fields(), is_duplicate=open_duplicates()).aggregate(
        urgent=Count("pk", filter=Q(urgency=Lead.Urgency.HIGH)),
        unsure=Count("pk", filter=Q(is_unsure=True)),
        duplicate=Count("pk", filter=Q(is_duplicate=True)),
        unassigned=Count("pk", filter=Q(owner=None)),
        mine=Count("pk", filter=Q(owner=user.pk)),
    )
    waiting = visible.filter(status__in=[Lead.Status.NEW, Lead.Status.SNOOZED]).values("pk")
    queues = (
        Lead.objects.filter(pk__in=waiting[: MOST_COUNTED + 1])
        .order_by()
        .aggregate(
            awaiting=Count("pk", filter=Q(status=Lead.Status.NEW)),
            snoozed=Count("pk", filter=Q(status=Lead.Status.SNOOZED)),
        )
    )
    return {**flags, **queues}


def start_of_today() -> datetime:
    """Return midnight of the reader's clock."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def intake_of_today(user: Any) -> dict[str, Any]:
    """Count today's new, accepted, converted, rejected; who waits; the median acceptance."""
    today = start_of_today()
    taken = ExpressionWrapper(F("accepted_at") - F("received_at"), output_field=DurationField())
    touched = (
        Q(received_at__gte=today)
        | Q(status=Lead.Status.NEW)
        | Q(accepted_at__gte=today)
        | Q(closed_at__gte=today)
    )
    is_accepted = Q(accepted_at__gte=today)
    return (
        Lead.objects.visible_to(user)
        .filter(touched)
        .order_by()
        .aggregate(
            new=Count("pk", filter=Q(received_at__gte=today)),
            waiting=Count("pk", filter=Q(status=Lead.Status.NEW)),
            late=Count(
                "pk",
                filter=Q(
                    status=Lead.Status.NEW, first_reply_at=None, reply_due_at__lt=timezone.now()
                ),
            ),
            accepted=Count("pk", filter=is_accepted),
            median=Median(taken, filter=is_accepted),
            converted=Count("pk", filter=Q(status=Lead.Status.CONVERTED, closed_at__gte=today)),
            rejected=Count("pk", filter=Q(status=Lead.Status.REJECTED, closed_at__gte=today)),
        )
    )


def new_yesterday(user: Any) -> int:
    """Leads that came yesterday up to this time of day, to compare today with."""
    today = start_of_today()
    until = timezone.now() - timedelta(days=1)
    rows = Lead.objects.visible_to(user).filter(
        received_at__gte=today - timedelta(days=1), received_at__lt=until
    )
    return rows.order_by().count()


def by_channel(user: Any) -> list[dict[str, Any]]:
    """Today's leads per channel, most first: count, converted or in work, urgent."""
    rows = Lead.objects.visible_to(user).filter(received_at__gte=start_of_today())
    good = [Lead.Status.ACCEPTED, Lead.Status.QUALIFIED, Lead.Status.CONVERTED]
    return list(
        rows.order_by()
        .values("channel")
        .annotate(
            count=Count("pk"),
            taken=Count("pk", filter=Q(status__in=good)),
            urgent=Count("pk", filter=Q(urgency=Lead.Urgency.HIGH)),
        )
        .order_by("-count", "channel")
    )


def board_figures(user: Any, statuses: Iterable[str] = Lead.OPEN) -> dict[str, dict[str, Any]]:
    """Count the leads of these statuses and add up their budgets in the company's usual currency.

    At most 1,000 of a status are looked at: of more, the count says so and there is no sum. Closed
    statuses grow without end and are not counted.
    """
    currency = user.branch.currency if user.branch_id else CompanySettings.current().currency
    seen = Lead.objects.visible_to(user).order_by()
    figures = {}
    for status in statuses:
        if status not in Lead.OPEN:
            continue
        some = seen.filter(status=status).values("pk")[: MOST_COUNTED + 1]
        figure = (
            Lead.objects.filter(pk__in=some)
            .order_by()
            .aggregate(count=Count("pk"), value=Sum("budget", filter=Q(currency=currency)))
        )
        is_more = figure["count"] > MOST_COUNTED
        figures[status] = {
            "count": min(figure["count"], MOST_COUNTED),
            "is_more_than_counted": is_more,
            "value": None if is_more else figure["value"],
            "currency": currency,
        }
    return figures

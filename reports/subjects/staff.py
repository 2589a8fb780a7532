"""Staff performance."""

from collections import defaultdict
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from inspections import permissions as inspections
from leads import permissions as leads
from reports import dimensions as kinds
from reports import permissions
from reports.asking import Ask
from reports.figures.sales import Sums, sales_in
from reports.figures.staff import Work, lead_work, order_work, visit_work
from reports.links import rows_url, written
from reports.periods import Period
from reports.reach import Reach, reach_of
from reports.table import (
    COUNT,
    DAYS,
    DELTA,
    MONEY,
    PERCENT,
    Chart,
    Column,
    Kpi,
    Line,
    Report,
    Series,
    against,
    change,
    mean,
    share,
)

CODE = "staff"
KINDS = (kinds.USER,)
FILTERS = ("branch", "user")
MOST_BARS = 12

_ORDERS = (
    Column(key="orders", label=gettext_lazy("Orders"), what="sales"),
    Column(key="total", label=gettext_lazy("Sales"), kind=MONEY, what="sales"),
    Column(key="change", label=gettext_lazy("Against before"), kind=DELTA),
    Column(key="mean", label=gettext_lazy("Average order"), kind=MONEY, what="sales"),
    Column(key="quotes", label=gettext_lazy("Quotes"), what="quotes"),
    Column(key="won", label=gettext_lazy("Confirmed"), what="won"),
    Column(
        key="conversion",
        label=gettext_lazy("Conversion"),
        kind=PERCENT,
        what="quotes",
        is_heat=True,
    ),
    Column(key="days", label=gettext_lazy("Days to confirm"), kind=DAYS, what="won"),
    Column(key="overdue", label=gettext_lazy("Overdue now"), what="overdue", is_bad_up=True),
)
_VISITS = (
    Column(key="visits", label=gettext_lazy("Inspections done"), what="visits"),
    Column(key="no_shows", label=gettext_lazy("No-shows"), what="no_shows", is_bad_up=True),
)
_LEADS = (
    Column(key="leads", label=gettext_lazy("Leads"), what="leads"),
    Column(key="accepted", label=pgettext_lazy("leads", "Accepted"), what="accepted"),
    Column(key="converted", label=gettext_lazy("Became customers"), what="converted"),
)


def reach_for(ask: Ask, code: str) -> Reach:
    """How far the report and another permission reach together, narrowed as the question is."""
    own = reach_of(ask.user, (permissions.VIEW_STAFF, code))
    branches = {place.pk for place in own.places} & set(ask.reach.branches)
    places = tuple(place for place in ask.reach.places if place.pk in branches)
    if ask.reach.owners is None:
        return replace(own, places=places)
    owners = ask.reach.owners
    if own.owners is not None:
        owners = tuple(set(owners) & set(own.owners))
    return replace(own, places=places, owners=owners)


def build(ask: Ask) -> Report:
    """Return the report. At most 18 queries, whatever the period."""
    now, work = _figures(ask, ask.period)
    before, work_before = _figures(ask, ask.before) if ask.before else ({}, {})
    columns = _columns(ask)
    names = kinds.names_of(kinds.USER, {*now, *work}, ask.reach)
    lines = [
        _line(ask, columns, key, names.get(key, "—"), now.get(key, Sums()),
              before.get(key, Sums()) if ask.before else None, work.get(key, Work()))
        for key in {*now, *work}
    ]  # fmt: skip
    whole, whole_work = _whole(now), _together(work)
    whole_before, past = _whole(before), _together(work_before)
    total = _line(
        ask, columns, "", _("Total"), whole, whole_before if ask.before else None, whole_work
    )
    report = Report(
        head=str(kinds.LABELS[kinds.USER]),
        columns=columns,
        lines=lines,
        total=total if lines else None,
        kpis=_kpis(ask, (whole, whole_work), (whole_before, past)),
        chart=_chart(ask, now, before, names),
    )
    report.sort(ask.order, "-total")
    return report


def _figures(ask: Ask, period: Period) -> tuple[dict[Any, Sums], dict[int | None, Work]]:
    sold: dict[Any, Sums] = defaultdict(Sums)
    plain = replace(ask, by=kinds.USER)
    for (key, _day), sums in sales_in(plain, period, "month", has_margin=False).items():
        if sums.orders:  # else something came back that was sold in another period
            sold[key].add(sums)
    work = order_work(ask.user, ask.reach, period) if ask.reach.places else {}
    if ask.user.has_perm(inspections.VIEW):
        visit_work(ask.user, reach_for(ask, inspections.VIEW), period, work)
    if ask.user.has_perm(leads.VIEW):
        lead_work(ask.user, reach_for(ask, leads.VIEW), period, work)
    return sold, work


def _columns(ask: Ask) -> list[Column]:
    visits = _VISITS if ask.user.has_perm(inspections.VIEW) else ()
    enquiries = _LEADS if ask.user.has_perm(leads.VIEW) else ()
    orders = [one for one in _ORDERS if ask.before or one.key != "change"]
    return [*orders, *visits, *enquiries]


def _line(
    ask: Ask,
    columns: list[Column],
    key: Any,
    label: str,
    now: Sums,
    before: Sums | None,
    work: Work,
) -> Line:
    values: dict[str, Any] = {
        "orders": now.orders,
        "total": now.total,
        "change": change(now.total, before.total) if before else None,
        "mean": mean(now.total, now.orders - now.unrated),
        "conversion": share(work.won, work.quotes),
        **vars(work),
    }
    more = {} if key == "" else {"key": written(key)}
    links = {
        column.key: rows_url(CODE, ask.data, what=column.what, **more)
        for column in columns
        if column.what and values[column.key]
    }
    return Line(key, label, {one.key: values[one.key] for one in columns}, links=links)


def _whole(sold: dict[Any, Sums]) -> Sums:
    whole = Sums()
    for sums in sold.values():
        whole.add(sums)
    return whole


def _together(work: dict[int | None, Work]) -> Work:
    whole = Work()
    weighted = sum((one.days * one.won for one in work.values() if one.days), start=0)
    for one in work.values():
        for name in (
            "quotes",
            "won",
            "overdue",
            "visits",
            "no_shows",
            "leads",
            "accepted",
            "converted",
        ):
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
    whole.days = mean(weighted, whole.won)
    return whole


def _kpis(ask: Ask, now: tuple[Sums, Work], before: tuple[Sums, Work]) -> list[Kpi]:
    def kpi(
        label: str, value: Any, past: Any, kind: str = COUNT, *, is_bad_up: bool = False
    ) -> Kpi:
        delta = change(value, past) if ask.before else None
        is_good = None if not delta else (delta > 0) != is_bad_up
        context = against(delta) if ask.before else ""
        return Kpi(
            label=label, value=value, kind=kind, delta=delta, is_good=is_good, context=context
        )

    (sold, work), (sold_before, past) = now, before
    return [
        kpi(_("Sales"), sold.total, sold_before.total, MONEY),
        kpi(_("Orders"), sold.orders, sold_before.orders),
        kpi(_("Conversion of quotes"), share(work.won, work.quotes),
            share(past.won, past.quotes), PERCENT),
        kpi(_("Days to confirm"), work.days, past.days, DAYS, is_bad_up=True),
        Kpi(label=_("Overdue now"), value=work.overdue, kind=COUNT,
            url=rows_url(CODE, ask.data, what="overdue") if work.overdue else ""),
    ]  # fmt: skip


def _chart(
    ask: Ask, now: dict[Any, Sums], before: dict[Any, Sums], names: dict[Any, str]
) -> Chart | None:
    keys = sorted(now, key=lambda key: now[key].total, reverse=True)[:MOST_BARS]
    if not keys:
        return None
    series = [Series(label=_("Sales"), values=[round(now[key].total) for key in keys])]
    if ask.before:
        past = [round(before[key].total) if key in before else 0 for key in keys]
        series.append(Series(label=_("Before"), values=past))
    return Chart(
        title=_("Sales by person"),
        summary=_("Bars of sales by person; the same figures are in the table below."),
        labels=[names.get(key, "—") for key in keys],
        series=series,
    )

"""Customer activity."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from customers.models import Customer
from orders import permissions as orders
from reports import dimensions as kinds
from reports import permissions
from reports.asking import Ask
from reports.figures.buyers import (
    BUCKETS,
    Buyers,
    buyers_in,
    count_new,
    largest_buyers,
    last_contacts,
    spent_by,
)
from reports.figures.sales import sales_in
from reports.links import rows_url, written
from reports.periods import Period
from reports.reach import Reach, reach_of
from reports.table import (
    COUNT,
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

CODE = "customers"
KINDS = (kinds.SOURCE, kinds.BRANCH, kinds.USER, kinds.CUSTOMER, kinds.CONTACT)
FILTERS = ("branch", "user", "source")
MOST_BARS = 12

_NEW = Column(key="new", label=gettext_lazy("New customers"), what="new")
_BOUGHT = (
    Column(key="active", label=gettext_lazy("Bought"), what="sales"),
    Column(key="again", label=gettext_lazy("Bought again"), what="again"),
    Column(
        key="repeat", label=gettext_lazy("Repeat rate"), kind=PERCENT, what="again", is_heat=True
    ),
    Column(key="orders", label=gettext_lazy("Orders"), what="sales"),
)
_SPENT = (
    Column(key="total", label=gettext_lazy("Sales"), kind=MONEY, what="sales"),
    Column(key="each", label=gettext_lazy("Sales per customer"), kind=MONEY, what="sales"),
)
_CHANGE = Column(key="change", label=gettext_lazy("Against before"), kind=DELTA)
_LARGEST = (
    Column(key="orders", label=gettext_lazy("Orders"), what="sales"),
    Column(key="total", label=gettext_lazy("Sales"), kind=MONEY, what="sales"),
    Column(key="share", label=gettext_lazy("Share"), kind=PERCENT, is_heat=True),
    Column(key="each", label=gettext_lazy("Average order"), kind=MONEY, what="sales"),
)
_CONTACT = (
    Column(key="count", label=pgettext_lazy("number", "Customers"), what="contact"),
    Column(key="share", label=gettext_lazy("Share"), kind=PERCENT, is_heat=True),
)


def buying_reach(ask: Ask) -> Reach:
    """How far sales to customers may be counted: as far as orders are seen too."""
    own = reach_of(ask.user, (permissions.VIEW_CUSTOMERS, orders.VIEW))
    known = {place.pk for place in own.places}
    places = tuple(place for place in ask.reach.places if place.pk in known)
    owners = ask.reach.owners if own.owners is None else own.owners
    if ask.reach.owners is not None and own.owners is not None:
        owners = tuple(set(own.owners) & set(ask.reach.owners))
    return replace(own, places=places, owners=owners)


def build(ask: Ask) -> Report:
    """Return the report. At most 18 queries, whatever the period."""
    makers = {kinds.CUSTOMER: _largest, kinds.CONTACT: _contacts}
    return makers.get(ask.by, _groups)(ask)


def _whole(ask: Ask, buying: Reach, period: Period | None, *, has_new: bool = False) -> Buyers:
    """Everybody together; new customers where they are asked for."""
    if period is None:
        return Buyers()
    whole = _buyers(replace(ask, by=""), buying, period)[1]
    if has_new:
        whole.new = count_new(replace(ask, by=""), ask.reach, period).get("", 0)
    return whole


def _buyers(ask: Ask, buying: Reach, period: Period) -> tuple[dict[Any, Buyers], Buyers]:
    """By the rows of the report, and together with all that they spent."""
    found, whole = buyers_in(ask, buying, period) if _sees_orders(ask) else ({}, Buyers())
    if _sees_sales(ask):
        by = kinds.USER if ask.by == kinds.USER else kinds.BRANCH
        sold = _sales(replace(ask, by=by, reach=buying), period)
        whole.total = sum(sold.values(), start=Decimal(0))
        if _shows_sales(ask):
            for key, total in sold.items():
                found.setdefault(key, Buyers()).total = total
    return found, whole


def _sees_orders(ask: Ask) -> bool:
    return bool(ask.user.has_perm(orders.VIEW))


def _sees_sales(ask: Ask) -> bool:
    """Sums of sales know no sources."""
    return _sees_orders(ask) and not ask.source


def _sales(ask: Ask, period: Period) -> dict[Any, Decimal]:
    """Sales by branch or person."""
    found: dict[Any, Decimal] = {}
    for (key, _day), sums in sales_in(ask, period, "year", has_margin=False).items():
        found[key] = found.get(key, Decimal(0)) + sums.total
    return found


def _figures(ask: Ask, buying: Reach) -> tuple[dict[Any, Buyers], Buyers]:
    found, whole = _buyers(ask, buying, ask.period)
    for key, count in count_new(ask, ask.reach, ask.period).items():
        found.setdefault(key, Buyers()).new = count
    return found, whole


def _shows_sales(ask: Ask) -> bool:
    return _sees_sales(ask) and ask.by in (kinds.BRANCH, kinds.USER)


def _groups(ask: Ask) -> Report:
    buying = buying_reach(ask)
    now, whole = _figures(ask, buying)
    before = count_new(ask, ask.reach, ask.before) if ask.before else {}
    past = _whole(ask, buying, ask.before)
    whole.new = sum(one.new for one in now.values())
    past.new = sum(before.values())
    bought = _BOUGHT if _sees_orders(ask) else ()
    spent = _SPENT if _shows_sales(ask) else ()
    columns = [_NEW, *([_CHANGE] if ask.before else []), *bought, *spent]
    names = kinds.names_of(ask.by, now, ask.reach)
    lines = [
        _group(ask, columns, key, names.get(key, "—"), one, before.get(key, 0))
        for key, one in now.items()
    ]
    report = Report(
        head=str(kinds.LABELS[ask.by]),
        columns=columns,
        lines=lines,
        total=_group(ask, columns, "", _("Total"), whole, past.new) if lines else None,
        kpis=_kpis(ask, whole, past),
        chart=_chart(_("New customers"), [(names.get(k, "—"), one.new) for k, one in now.items()]),
    )
    report.sort(ask.order, "-new")
    return report


def _group(ask: Ask, columns: list[Column], key: Any, label: str, now: Buyers, before: int) -> Line:
    values = {
        **vars(now),
        "change": change(now.new, before) if ask.before else None,
        "repeat": share(now.again, now.active),
        "each": mean(now.total, now.active),
    }
    more = {} if key == "" else {"key": written(key)}
    return _line(ask, columns, key, label, values, more)


def _line(
    ask: Ask,
    columns: list[Column],
    key: Any,
    label: str,
    values: dict[str, Any],
    more: dict[str, str],
) -> Line:
    links = {
        one.key: rows_url(CODE, ask.data, what=one.what, **more)
        for one in columns
        if one.what and values[one.key]
    }
    return Line(key, label, {one.key: values[one.key] for one in columns}, links=links)


def _largest(ask: Ask) -> Report:
    reach = buying_reach(ask)
    whole, before = (
        _whole(ask, reach, period, has_new=True) for period in (ask.period, ask.before)
    )
    columns = [*_LARGEST, *([_CHANGE] if ask.before else [])] if _sees_orders(ask) else []
    found = largest_buyers(ask, reach, ask.period, whole.several) if columns else []
    ids = [pk for pk, _count, _total in found]
    past = {}
    if ask.before:
        past = {pk: total for pk, _count, total in spent_by(ask, reach, ask.before, ids)}
    seen = set(
        Customer.objects.visible_to(ask.user).filter(pk__in=ids).values_list("pk", flat=True)
    )
    names = kinds.names_of(kinds.CUSTOMER, ids, ask.reach)
    lines = []
    for pk, count, total in found:
        values = {
            "orders": count, "total": total, "share": share(total, whole.total),
            "each": mean(total, count), "change": change(total, past.get(pk, 0)),
        }  # fmt: skip
        line = _line(ask, columns, pk, names.get(pk, "—"), values, {"key": str(pk)})
        line.url = Customer(pk=pk).get_absolute_url() if pk in seen else ""
        lines.append(line)
    bars = [(line.label, round(total)) for line, (_pk, _n, total) in zip(lines, found, strict=True)]
    report = Report(
        head=str(kinds.LABELS[kinds.CUSTOMER]),
        columns=columns,
        lines=lines,
        kpis=_kpis(ask, whole, before),
        chart=_chart(_("The largest customers"), bars, MONEY),
    )
    report.sort(ask.order, "-total")
    return report


def _contacts(ask: Ask) -> Report:
    found = last_contacts(ask.user, ask.reach, ask.source)
    whole = sum(found.values())
    lines = []
    for place, (name, count) in enumerate(found.items()):
        values = {"count": count, "share": share(count, whole)}
        line = _line(ask, [*_CONTACT], name, str(BUCKETS[name][0]), values, {"key": name})
        line.sort_key = str(place)
        lines.append(line)
    columns = [*_CONTACT]
    kpis = [
        Kpi(label=line.label, value=found[line.key], kind=COUNT, url=line.links.get("count", ""))
        for line in lines
    ]
    report = Report(
        head=str(kinds.LABELS[kinds.CONTACT]),
        columns=columns,
        lines=lines,
        kpis=kpis,
        total=_line(
            ask, columns, "", _("Total"), {"count": whole, "share": share(whole, whole)}, {}
        ),
        chart=_chart(
            _("Last contact"), [(line.label, found[line.key]) for line in lines], is_sorted=False
        ),
        notes=[_("Last contact is as of now, whatever the period.")],
    )
    report.sort(ask.order, "label")
    return report


def _kpis(ask: Ask, now: Buyers, before: Buyers) -> list[Kpi]:
    def kpi(label: str, value: Any, past: Any, kind: str = COUNT, what: str = "") -> Kpi:
        delta = change(value, past) if ask.before else None
        url = rows_url(CODE, ask.data, what=what) if what and value else ""
        context = against(delta) if ask.before else ""
        is_good = None if not delta else delta > 0
        return Kpi(
            label=label,
            value=value,
            kind=kind,
            delta=delta,
            is_good=is_good,
            context=context,
            url=url,
        )

    kpis = [kpi(_("New customers"), now.new, before.new, what="new")]
    if _sees_orders(ask):
        kpis += [
            kpi(_("Customers who bought"), now.active, before.active, what="sales"),
            kpi(_("Repeat rate"), share(now.again, now.active),
                share(before.again, before.active), PERCENT),
        ]  # fmt: skip
    if _sees_sales(ask):
        spent, past = mean(now.total, now.active), mean(before.total, before.active)
        kpis.append(kpi(_("Sales per customer"), spent, past, MONEY))
    return kpis


def _chart(
    title: str, bars: list[tuple[str, int]], kind: str = COUNT, *, is_sorted: bool = True
) -> Chart | None:
    if not bars:
        return None
    shown = sorted(bars, key=lambda bar: bar[1], reverse=True) if is_sorted else bars
    return Chart(
        title=title,
        summary=_("Bars; the same figures are in the table below."),
        labels=[label for label, _value in shown[:MOST_BARS]],
        series=[Series(label=title, values=[value for _label, value in shown[:MOST_BARS]])],
        kind=kind,
    )

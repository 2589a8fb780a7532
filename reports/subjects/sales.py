"""Sales and revenue."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from crm_project.kit.counts import Grouped
from reports import dimensions as kinds
from reports.asking import Ask
from reports.figures.sales import Sums, is_drawn_by_parts, needs_products, sales_in
from reports.links import rows_url, written
from reports.periods import Period, fitting_part, parts_of
from reports.table import (
    DELTA,
    MONEY,
    PERCENT,
    QUANTITY,
    Chart,
    Column,
    Kpi,
    Line,
    Report,
    against,
    change,
    mean,
    share,
)

from .sales_chart import chart_of

CODE = "sales"
KINDS = (kinds.PERIOD, kinds.BRANCH, kinds.USER, kinds.PRODUCT, kinds.CATEGORY, kinds.CHANNEL)
FILTERS = ("part", "branch", "user", "channel", "category", "product")
ALL, OTHERS = "", "others"  # the keys of the total, and of rows together
MOST_DAYS_OF_LINES = 62  # finer parts of a longer period would read every line of every order

_ORDERS = Column(key="orders", label=gettext_lazy("Orders"), what="sales")
_LINES = Column(key="orders", label=gettext_lazy("Times sold"), what="sales")
_QUANTITY = Column(key="quantity", label=gettext_lazy("Quantity"), kind=QUANTITY, what="sales")
_AMOUNTS = (
    Column(key="net", label=gettext_lazy("Net"), kind=MONEY, what="sales"),
    Column(key="tax", label=gettext_lazy("Tax"), kind=MONEY, what="sales"),
    Column(key="total", label=gettext_lazy("Sales"), kind=MONEY, what="sales"),
)
_SHARES = (
    Column(key="share", label=gettext_lazy("Share"), kind=PERCENT, is_heat=True),
    Column(key="change", label=gettext_lazy("Against before"), kind=DELTA),
)
_MEAN = Column(key="mean", label=gettext_lazy("Average order"), kind=MONEY, what="sales")
_RETURNED = Column(
    key="returned", label=pgettext_lazy("amount", "Returned"), kind=MONEY, what="returns",
    is_bad_up=True,
)  # fmt: skip
_MARGIN = (
    Column(key="margin", label=gettext_lazy("Margin"), kind=MONEY),
    Column(key="margin_percent", label=gettext_lazy("Margin (%)"), kind=PERCENT),
)

Sold = dict[tuple[Any, Any], Sums]
Pair = tuple[Sums, Sums | None]  # of the period, and of the one before


@dataclass(frozen=True)
class _Drawing:
    """What every line of one report needs."""

    ask: Ask
    columns: list[Column]
    pairs: dict[Any, Pair]
    whole: Sums
    part: str

    def line(self, key: Any, label: str, pair: Pair) -> Line:
        """A row."""
        values = _values(pair, self.whole)
        sort_key = str(key) if self.ask.by == kinds.PERIOD else ""
        shown = {column.key: values[column.key] for column in self.columns}
        return Line(key, label, shown, sort_key=sort_key)

    def together(self, lines: Sequence[Line], label: str) -> Line:
        """Several rows as one."""
        sums, before = Sums(), Sums()
        for line in lines:
            now, past = self.pairs[line.key]
            sums.add(now)
            before.add(past or Sums())
        return self.line(OTHERS, label, (sums, before if self.ask.before else None))

    def links(self, line: Line) -> dict[str, str]:
        """The rows behind the figures of a line; of several together there is no page."""
        pair = self.pairs.get(line.key)
        if pair is None:
            return {}
        more = {} if line.key == ALL else {"key": written(line.key)}
        if self.ask.by == kinds.PERIOD and line.key != ALL:
            more["part"] = self.part
        counts = {"sales": pair[0].orders, "returns": pair[0].returns}
        urls = {
            what: rows_url(CODE, self.ask.data, what=what, **more)
            for what, count in counts.items()
            if count
        }
        return {column.key: urls[column.what] for column in self.columns if column.what in urls}


def build(ask: Ask) -> Report:
    """Return the report. At most 6 queries, whatever the period."""
    part = _part(ask)
    now, before = _sums(ask, ask.period, part), _sums(ask, ask.before, part)
    pairs = _by_key(ask, now, _aligned(ask, before, part))
    names = kinds.names_of(ask.by, pairs, ask.reach, part)
    whole, whole_before = _whole(now), _whole(before)
    all_of_it = (whole, whole_before if ask.before else None)
    drawing = _Drawing(ask, _columns(ask), {**pairs, ALL: all_of_it}, whole, part)
    report = Report(
        head=str(kinds.LABELS[ask.by]),
        columns=drawing.columns,
        lines=[drawing.line(key, names.get(key, "—"), pair) for key, pair in pairs.items()],
        total=drawing.line(ALL, _("Total"), all_of_it),
        kpis=_kpis(ask, whole, whole_before),
        chart=_chart(ask, now, before, part, names),
        notes=_notes(whole),
        part=part,
        links_of=drawing.links,
        together=drawing.together,
    )
    report.sort(ask.order, "label" if ask.by == kinds.PERIOD else "-total")
    return report


def _part(ask: Ask) -> str:
    part = fitting_part(ask.period, ask.part)
    is_long = needs_products(ask) and ask.period.days > MOST_DAYS_OF_LINES
    return "month" if is_long and part in ("day", "week") else part


def _sums(ask: Ask, period: Period | None, part: str) -> Sold:
    return sales_in(ask, period, part) if period else {}


def _aligned(ask: Ask, before: Sold, part: str) -> Sold:
    """The sums before, each under the part of the period now that it is compared with."""
    if ask.by != kinds.PERIOD or not ask.before:
        return before
    pairs = zip(parts_of(ask.before, part), parts_of(ask.period, part), strict=False)
    days = dict(pairs)
    return {(key, days[day]): sums for (key, day), sums in before.items() if day in days}


def _by_key(ask: Ask, now: Sold, before: Sold) -> dict[Any, Pair]:
    found: dict[Any, tuple[Sums, Sums]] = defaultdict(lambda: (Sums(), Sums()))
    for place, sold in enumerate((now, before)):
        for (key, day), sums in sold.items():
            found[day if ask.by == kinds.PERIOD else key][place].add(sums)
    return {key: (a, b if ask.before else None) for key, (a, b) in sorted(found.items(), key=str)}


def _whole(sold: Sold) -> Sums:
    whole = Sums()
    for sums in sold.values():
        whole.add(sums)
    return whole


def _columns(ask: Ask) -> list[Column]:
    is_lines = needs_products(ask)
    head = [_LINES, _QUANTITY] if is_lines else [_ORDERS]
    shares = _SHARES if ask.before else _SHARES[:1]
    tail = [_RETURNED] if is_lines else [_MEAN, _RETURNED]
    return [*head, *_AMOUNTS, *shares, *tail, *(_MARGIN if ask.sees_margin else ())]


def _values(pair: Pair, whole: Sums) -> dict[str, Any]:
    sums, before = pair
    return {
        "orders": sums.orders,
        "quantity": sums.quantity,
        "net": sums.net,
        "tax": sums.tax,
        "total": sums.total,
        "share": share(sums.total, whole.total),
        "change": change(sums.total, before.total) if before else None,
        "mean": mean(sums.total, sums.orders - sums.unrated),
        "returned": sums.returned,
        "margin": sums.margin,
        "margin_percent": share(sums.margin, sums.kept),
    }


def _kpis(ask: Ask, now: Sums, before: Sums) -> list[Kpi]:
    is_lines = needs_products(ask)
    kpis = [
        _kpi(ask, _("Sales"), now.total, before.total, what="sales"),
        _kpi(
            ask, str((_LINES if is_lines else _ORDERS).label), now.orders, before.orders,
            kind="count", what="sales",
        ),
        _kpi(ask, _("Average sale") if is_lines else _("Average order"),
             mean(now.total, now.orders - now.unrated),
             mean(before.total, before.orders - before.unrated)),
        _kpi(ask, str(_RETURNED.label), now.returned, before.returned, what="returns", is_bad_up=True),
    ]  # fmt: skip
    if ask.sees_margin:
        kpis.append(_kpi(ask, _("Margin"), now.margin, before.margin))
    return kpis


def _kpi(
    ask: Ask, label: str, now: Any, before: Any, *, kind: str = MONEY, what: str = "",
    is_bad_up: bool = False,
) -> Kpi:  # fmt: skip
    delta = change(now, before) if ask.before else None
    is_good = None if not delta else (delta > 0) != is_bad_up
    url = rows_url(CODE, ask.data, what=what) if what and now else ""
    context = against(delta) if ask.before else ""
    return Kpi(
        label=label, value=now, kind=kind, delta=delta, is_good=is_good, context=context, url=url
    )


def _chart(ask: Ask, now: Sold, before: Sold, part: str, names: dict[Any, str]) -> Chart | None:
    if not now:
        return None
    if is_drawn_by_parts(ask):
        return chart_of(ask, now, before, part, names)
    return chart_of(ask, now, before, "", names)


def _notes(whole: Sums) -> list[str]:
    if not whole.unrated:
        return []
    text = ngettext(
        "%(count)s sale has no exchange rate for its day: counted, but not in the amounts.",
        "%(count)s sales have no exchange rate for their day: counted, but not in the amounts.",
        whole.unrated,
    )
    return [text % {"count": Grouped(whole.unrated)}]

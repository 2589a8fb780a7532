"""Stock value and movement."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from inventory.models import Product
from reports import dimensions as kinds
from reports.asking import Ask
from reports.dimensions import short_name
from reports.figures.stock import Stock, idle, lying, moved, moving, stock_reach
from reports.links import rows_url, written
from reports.periods import Period, fitting_part, parts_of
from reports.table import (
    COUNT,
    DAYS,
    DELTA,
    MONEY,
    PERCENT,
    QUANTITY,
    Chart,
    Column,
    Kpi,
    Line,
    Report,
    Series,
    against,
    change,
    share,
)

CODE = "stock"
KINDS = (kinds.WAREHOUSE, kinds.CATEGORY, kinds.PRODUCT, kinds.BRANCH)
FILTERS = ("part", "branch", "category")
_YEAR = Decimal(365)
MOST_DAYS_OF_MOVEMENTS = 62  # finer parts of a longer period would read every movement

_ON_HAND = Column(key="on_hand", label=gettext_lazy("On hand"), kind=QUANTITY, what="lying")
_VALUE = (
    Column(key="value", label=gettext_lazy("Value now"), kind=MONEY, what="lying"),
    Column(key="share", label=gettext_lazy("Share"), kind=PERCENT, is_heat=True),
    Column(key="transit", label=gettext_lazy("In transit"), kind=MONEY, what="transit"),
)
_MOVED = (
    Column(key="came", label=pgettext_lazy("stock", "In"), kind=QUANTITY, what="came"),
    Column(key="left", label=pgettext_lazy("stock", "Out"), kind=QUANTITY, what="left"),
    Column(key="change", label=gettext_lazy("Out against before"), kind=DELTA),
)
_WORTH = (
    Column(key="came_value", label=gettext_lazy("Value in"), kind=MONEY, what="came"),
    Column(key="left_value", label=gettext_lazy("Value out"), kind=MONEY, what="left"),
    Column(key="turnover", label=gettext_lazy("Turnover a year"), kind=DAYS),
    Column(key="lasts", label=gettext_lazy("Lasts for (days)"), kind=DAYS),
)


def build(ask: Ask) -> Report:
    """Return the report. At most 8 queries, whatever the period."""
    ask = replace(ask, reach=stock_reach(ask.reach))
    part = fitting_part(ask.period, ask.part)
    if ask.period.days > MOST_DAYS_OF_MOVEMENTS and part in ("day", "week"):
        part = "month"
    now: dict[Any, Stock] = {}
    before: dict[Any, Stock] = {}
    whole, slow = Stock(), (0, Decimal(0))
    if ask.reach.places:
        lying(ask, now)
        moving(ask, now)
        whole = moved(ask, ask.period, part, now)
        if ask.before:
            moved(ask, ask.before, part, before)
        slow = idle(ask, ask.period)
    _add_up(whole, now)
    past = Stock()
    _add_up(past, before)
    columns = _columns(ask)
    names = _names(ask, now)
    report = Report(
        head=str(kinds.LABELS[ask.by]),
        columns=columns,
        lines=[
            _line(ask, columns, key, names.get(key, "—"), one, before.get(key, Stock()), whole)
            for key, one in now.items()
        ],
        total=_line(ask, columns, "", _("Total"), whole, past, whole) if now else None,
        kpis=_kpis(ask, slow, whole, past),
        chart=_chart(ask, whole, part),
        part="",
    )
    report.sort(ask.order, "-value" if ask.sees_cost else "-on_hand")
    return report


def _names(ask: Ask, now: dict[Any, Stock]) -> dict[Any, str]:
    if ask.by == kinds.PRODUCT:
        rows = Product.objects.only("sku", "name_ar", "name_en").in_bulk(list(now))
        return {pk: f"{row.name} · {row.sku}" for pk, row in rows.items()}
    return kinds.names_of(ask.by, now, ask.reach)


def _add_up(whole: Stock, parts: dict[Any, Stock]) -> None:
    for one in parts.values():
        for name in (
            "on_hand",
            "value",
            "transit",
            "came",
            "left",
            "came_value",
            "left_value",
            "issued",
        ):
            setattr(whole, name, getattr(whole, name) + getattr(one, name))


def _columns(ask: Ask) -> list[Column]:
    moves = [one for one in _MOVED if ask.before or one.key != "change"]
    return [
        _ON_HAND,
        *(_VALUE if ask.sees_cost else ()),
        *moves,
        *(_WORTH if ask.sees_cost else ()),
    ]


def _line(
    ask: Ask, columns: list[Column], key: Any, label: str, now: Stock, before: Stock, whole: Stock
) -> Line:
    values: dict[str, Any] = {
        "on_hand": now.on_hand,
        "value": now.value,
        "share": share(now.value, whole.value),
        "transit": now.transit,
        "came": now.came,
        "left": now.left,
        "change": change(now.left, before.left),
        "came_value": now.came_value,
        "left_value": now.left_value,
        "turnover": _turnover(now, ask.period),
        "lasts": _lasts(now, ask.period),
    }
    more = {} if key == "" else {"key": written(key)}
    links = {
        one.key: rows_url(CODE, ask.data, what=one.what, **more)
        for one in columns
        if one.what and values[one.key]
    }
    url = Product(pk=key).get_absolute_url() if ask.by == kinds.PRODUCT and key else ""
    return Line(key, label, {one.key: values[one.key] for one in columns}, url=url, links=links)


def _turnover(stock: Stock, period: Period) -> Decimal | None:
    """How often a year the stock's value is issued, at the pace of the period."""
    if stock.value <= 0:
        return None
    return stock.issued / stock.value * _YEAR / period.days


def _lasts(stock: Stock, period: Period) -> Decimal | None:
    """For how many days the stock lasts at the pace of the period; None when nothing is issued."""
    return stock.value * period.days / stock.issued if stock.issued > 0 else None


def _kpis(ask: Ask, slow: tuple[int, Decimal], whole: Stock, past: Stock) -> list[Kpi]:
    def kpi(label: str, value: Any, before: Any = None, kind: str = MONEY, what: str = "") -> Kpi:
        delta = change(value, before) if ask.before and before is not None else None
        url = rows_url(CODE, ask.data, what=what) if what and value else ""
        compared = against(delta) if ask.before else ""
        shown = compared if before is not None else _("now")
        return Kpi(label=label, value=value, kind=kind, delta=delta, context=shown, url=url)

    quiet = Kpi(
        label=_("Slow movers"),
        value=slow[1] if ask.sees_cost else slow[0],
        kind=MONEY if ask.sees_cost else COUNT,
        context=_("nothing went out in the period"),
        url=rows_url(CODE, ask.data, what="slow") if slow[0] else "",
    )
    if not ask.sees_cost:
        return [
            kpi(_("On hand"), whole.on_hand, kind=QUANTITY, what="lying"),
            kpi(str(_("Came in")), whole.came, past.came, QUANTITY, "came"),
            kpi(str(_("Went out")), whole.left, past.left, QUANTITY, "left"),
            quiet,
        ]
    return [
        kpi(_("Stock value"), whole.value, what="lying"),
        kpi(_("In transit"), whole.transit, what="transit"),
        kpi(_("Value out"), whole.left_value, past.left_value, what="left"),
        Kpi(label=_("Turnover a year"), value=_turnover(whole, ask.period), kind=DAYS,
            context=_("at the pace of the period")),
        quiet,
    ]  # fmt: skip


def _chart(ask: Ask, whole: Stock, part: str) -> Chart | None:
    if not whole.came_on and not whole.left_on:
        return None
    days = parts_of(ask.period, part)
    return Chart(
        title=_("In and out"),
        summary=_("Bars of what came in and went out over time."),
        labels=[short_name(day, part) for day in days],
        series=[
            Series(label=_("Came in"), values=[round(whole.came_on.get(day, 0)) for day in days]),
            Series(label=_("Went out"), values=[round(whole.left_on.get(day, 0)) for day in days]),
        ],
        kind=MONEY if ask.sees_cost else QUANTITY,
    )

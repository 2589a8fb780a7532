"""The columns of the list of orders: what they read, and how a cell looks.

Fifty rows are drawn on every key press of a search, so a cell is one prepared piece of HTML rather
than a dozen template tags, and most cells are one element: directions and marks are the cell's own and
drawn by the style sheet. Every value from outside goes through `escape`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from html import escape
from time import time
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm_project.kit.templatetags.crm import age_of, amount_of, day_of, mark_of
from crm_project.kit.text import isolate
from customers.models import Customer
from orders.clock import today_in
from orders.filters import NOT_OWED
from orders.models import Order

from .looks import TONES

_LONGEST = 12  # columns one list can show


class Cell(NamedTuple):
    """What a cell shows: HTML, more classes of its <td>, more attributes of it."""

    html: str
    css: str = ""
    attributes: str = ""


NOTHING = Cell("—", " nil")


@dataclass(frozen=True)
class Column:
    """One column that a person can choose."""

    key: str
    label: Any
    reads: tuple[str, ...]  # columns of the query
    cell: Callable[[Any], Cell]
    order: str = ""  # the list's order that its head switches on
    css: str = ""


@dataclass(frozen=True)
class Row:
    """One line of the list, drawn."""

    pk: int
    html: SafeString


def _status(row: Any) -> Cell:
    badge = _badge(row.status, get_language() or "")
    return Cell(badge + _late() if _is_late(row) else badge)


@lru_cache(maxsize=32)
def _badge(status: str, _language: str) -> str:
    tone = TONES[Order.Status(status)]
    label = escape(str(Order.Status(status).label))
    return f'<span class="st{f" st-{tone}" if tone else ""}">{label}</span>'


def _is_late(row: Any) -> bool:
    if row.status not in Order.AWAITED or row.promised_on is None:
        return False
    return bool(row.promised_on < today_in(row.branch__time_zone))


def _late() -> str:
    return f' <span class="st st-bad">{escape(str(_("Overdue")))}</span>'


def _total(row: Any) -> Cell:
    return Cell(amount_of(row.total, row.currency, aligned=True))


def _balance(row: Any) -> Cell:
    if row.status in NOT_OWED or row.balance == 0:
        return NOTHING
    return Cell(amount_of(row.balance, row.currency, aligned=True), " t-warn")


def _promised(row: Any) -> Cell:
    if row.promised_on is None:
        return NOTHING
    words = _day(row.promised_on, get_language() or "")
    return Cell(words, " t-bad" if _is_late(row) else "")


@lru_cache(maxsize=2048)
def _day(day: date, _language: str) -> str:
    return escape(day_of(day))


def _person(row: Any) -> Cell:
    name = _own(row.owner__name, row.owner__name_en)
    if not name:
        return NOTHING
    letters, hue = mark_of(name)
    return Cell(escape(name), f" {hue}", f' data-av="{escape(letters)}"')


def _branch(row: Any) -> Cell:
    return Cell(escape(_own(row.branch__name_ar, row.branch__name_en)), " pt")


def _channel(row: Any) -> Cell:
    return _channel_label(row.channel, get_language() or "")


@lru_cache(maxsize=32)
def _channel_label(channel: str, _language: str) -> Cell:
    return Cell(escape(str(dict(Order.Channel.choices).get(channel, channel))))


def _created(row: Any) -> Cell:
    moment = row.created_at.replace(second=0, microsecond=0)
    return _ago(moment, int(time() // 60), get_language() or "", get_current_timezone_name())


@lru_cache(maxsize=8192)
def _ago(moment: datetime, _minute: int, _language: str, _zone: str) -> Cell:
    """To the minute: rows of one minute share their words."""
    shown, exact = age_of(moment)
    return Cell(escape(shown), "", f' title="{escape(exact)}"')


def _own(name_ar: str | None, name_en: str | None) -> str:
    names = (name_ar, name_en) if (get_language() or "ar").startswith("ar") else (name_en, name_ar)
    return next(filter(None, names), "")


_OWNER, _PLACE = ("owner__name", "owner__name_en"), ("branch__name_ar", "branch__name_en")
COLUMNS = {
    column.key: column
    for column in (
        Column("status", _("Status"), (), _status, css="nw"),
        Column("total", _("Total"), (), _total, "total", "n amt"),
        Column("balance", _("Still owed"), ("balance",), _balance, css="n amt"),
        Column("promised", _("Promised for"), ("branch__time_zone",), _promised, "promised", "nw"),
        Column("owner", _("Responsible"), _OWNER, _person, css="nw"),
        Column("created", _("Created"), (), _created, "newest", "nw ink2"),
        Column("channel", _("Channel"), ("channel",), _channel, css="nw"),
        Column("branch", _("Branch"), _PLACE, _branch, css="nw"),
    )
}
DEFAULT = ("status", "total", "balance", "promised", "owner", "created")
_ALWAYS = (
    *("id", "number", "status", "total", "currency", "promised_on", "created_at", "customer_id"),
    *("customer__name", "customer__kind"),
)


def chosen_columns(keys: Iterable[str]) -> list[Column]:
    """Return the columns with these keys, in their order; unknown keys count for nothing."""
    known = dict.fromkeys(key for key in keys if key in COLUMNS)
    return [COLUMNS[key] for key in list(known)[:_LONGEST] or DEFAULT]


def reads(rows: QuerySet[Order], columns: Sequence[Column], *more: str) -> QuerySet[Any]:
    """Let a query read just what the columns show, and `more`."""
    names = dict.fromkeys([*_ALWAYS, *more, *(name for column in columns for name in column.reads)])
    return rows.values_list(*names, named=True)


def draw(rows: Iterable[Any], columns: Sequence[Column]) -> list[Row]:
    """Draw the lines of the list, safe to show."""
    base, select = reverse("orders:list"), escape(str(_("Select {}")))
    return [Row(row.id, _line(row, columns, f"{base}{row.id}/", select)) for row in rows]


def _line(row: Any, columns: Sequence[Column], url: str, select: str) -> SafeString:
    name, number = escape(row.customer__name), escape(row.number)
    letters, hue = mark_of(row.customer__name)
    shape = " org" if row.customer__kind == Customer.Kind.COMPANY else ""
    return SafeString(
        f'<td class="stick"><input type="checkbox" class="form-check-input" data-row-check '
        f'value="{row.id}" aria-label="{select.format(isolate(number))}"></td>'
        f'<td class="stick stick2 k-name {hue}{shape}" data-av="{escape(letters)}">'
        f'<a class="name num" href="{url}" dir="ltr">{number}</a><small class="pt">{name}</small></td>'
        f"{''.join(_cell(column, row) for column in columns)}"
    )


def _cell(column: Column, row: Any) -> str:
    html, css, attributes = column.cell(row)
    return f'<td class="{column.css}{css} k-{column.key}"{attributes}>{html}</td>'

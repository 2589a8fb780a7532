"""The columns of the list of inspections: what a person can choose, and how a cell looks.

Fifty rows are drawn on every key press of a search, so a cell is one prepared piece of HTML. Every
value from outside goes through `escape`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import get_current_timezone_name, localtime
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm_project.kit.templatetags.crm import ago, avatar
from inspections.models import Inspection
from inspections.words import OUTCOME_TONES, STATUS_TONES

NOTHING = '<span class="muted">—</span>'


@dataclass(frozen=True)
class Column:
    """One column that a person can choose. `cell`: row → HTML inside the cell."""

    key: str
    label: Any
    reads: tuple[str, ...]  # columns of the query
    cell: Callable[[Any], str]
    css: str = ""
    order: str = ""  # the list's order that its head switches on
    turned: str = ""  # and the one that it switches on when that is on already


@dataclass(frozen=True)
class Row:
    """One line of the list, drawn."""

    html: SafeString


def _badge(label: Any, tone: str) -> str:
    return f'<span class="st{f" st-{tone}" if tone else ""}">{escape(str(label))}</span>'


def _status(row: Any) -> str:
    return _status_badge(row.status, row.is_urgent, get_language() or "")


@lru_cache(maxsize=64)
def _status_badge(status: str, is_urgent: bool, _language: str) -> str:
    badge = _badge(Inspection.Status(status).label, STATUS_TONES.get(status, ""))
    return f"{badge} {_badge(_('Urgent'), 'bad')}" if is_urgent else badge


def _visit(row: Any) -> str:
    if row.starts_at is None:
        return NOTHING
    return _day_and_hour(row.starts_at, get_language() or "", get_current_timezone_name())


@lru_cache(maxsize=8192)
def _day_and_hour(moment: datetime, _language: str, _zone: str) -> str:
    local = localtime(moment)
    day = escape(date_format(local, "D j M"))
    return f'{day} <bdi dir="ltr" class="num">{local:%H:%M}</bdi>'


def _inspector(row: Any) -> str:
    return _person(row.inspector__name, row.inspector__name_en)


def _owner(row: Any) -> str:
    return _person(row.owner__name, row.owner__name_en)


def _person(name: str | None, latin: str | None) -> str:
    shown = _own(name, latin)
    if not shown:
        return NOTHING
    return f'<span class="who">{avatar(shown, "person", "xs")}<bdi>{escape(shown)}</bdi></span>'


def _own(name_ar: str | None, name_en: str | None) -> str:
    """The name in the reader's language, or the other one."""
    names = (name_en, name_ar) if get_language() == "en" else (name_ar, name_en)
    return next(filter(None, names), "")


def _place(row: Any) -> str:
    words = escape(row.district or row.address or "—")
    return f'<span class="truncate" dir="auto">{words}</span>'


def _outcome(row: Any) -> str:
    return _outcome_badge(row.outcome, get_language() or "") if row.outcome else NOTHING


@lru_cache(maxsize=32)
def _outcome_badge(outcome: str, _language: str) -> str:
    return _badge(Inspection.Outcome(outcome).label, OUTCOME_TONES.get(outcome, ""))


def _requested(row: Any) -> str:
    return str(ago(row.created_at))


def _type(row: Any) -> str:
    return escape(_own(row.type__name_ar, row.type__name_en))


def _branch(row: Any) -> str:
    return escape(_own(row.branch__name_ar, row.branch__name_en))


def _moves(row: Any) -> str:
    return f'<bdi dir="ltr" class="num">{row.moves}</bdi>' if row.moves else NOTHING


_INSPECTOR, _OWNER = (
    ("inspector__name", "inspector__name_en"),
    ("owner__name", "owner__name_en"),
)
_OF_BRANCH = ("branch__name_ar", "branch__name_en")
COLUMNS = {
    column.key: column
    for column in (
        Column("status", _("Status"), ("status", "is_urgent"), _status, "v-state"),
        Column("visit", _("Visit"), ("starts_at",), _visit, "nw v-when"),
        Column("inspector", _("Inspector"), _INSPECTOR, _inspector, "v-by"),
        Column("place", _("Place"), ("district", "address"), _place, "v-place"),
        Column("outcome", _("Outcome"), ("outcome",), _outcome, "v-out"),
        Column("requested", _("Requested on"), (), _requested, "nw muted", "newest", "oldest"),
        Column("type", _("Type"), (), _type, "nw"),
        Column("owner", _("Asked by"), _OWNER, _owner, "nw"),
        Column("branch", _("Branch"), _OF_BRANCH, _branch, "nw"),
        Column("moves", _("Moved"), ("moves",), _moves, "n nw"),
    )
}
DEFAULT = ("status", "visit", "inspector", "place", "outcome", "requested")
_ALWAYS = ("id", "number", "created_at", "customer__name", "type__name_ar", "type__name_en")


def chosen_columns(keys: Iterable[str]) -> list[Column]:
    """Return the columns with these keys, in their order; unknown keys count for nothing."""
    known = dict.fromkeys(key for key in keys if key in COLUMNS)
    return [COLUMNS[key] for key in known or DEFAULT]


def reads(rows: QuerySet[Inspection], columns: Sequence[Column], *more: str) -> QuerySet[Any]:
    """Let a query read just what the columns show, and `more`: no decryption, no models."""
    names = dict.fromkeys([*_ALWAYS, *more, *(name for column in columns for name in column.reads)])
    return rows.values_list(*names, named=True)


def draw(rows: Iterable[Any], columns: Sequence[Column]) -> list[Row]:
    """Draw the lines of the list, safe to show. Moments are on the clock that is switched on."""
    base = reverse("inspections:detail", args=[0]).removesuffix("0/")
    return [Row(_line(row, columns, f"{base}{row.id}/")) for row in rows]


def _line(row: Any, columns: Sequence[Column], url: str) -> SafeString:
    cells = "".join(f'<td class="{column.css}">{column.cell(row)}</td>' for column in columns)
    return SafeString(
        f'<td class="v-who"><a class="name" href="{url}" dir="auto">'
        f'{escape(row.customer__name)}</a><small class="d-block muted">'
        f'<bdi dir="ltr" class="num">{escape(row.number)}</bdi> · '
        f"{_type(row)}</small></td>{cells}"
    )

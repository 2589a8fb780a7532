"""The columns of the list of inspections: what a person can choose, and how a cell looks.

Fifty rows are drawn on every key press of a search, so a cell is one prepared piece of HTML. Every
value from outside goes through `escape`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
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


def _status(row: Inspection) -> str:
    badge = _badge(row.get_status_display(), STATUS_TONES.get(row.status, ""))
    return f"{badge} {_badge(_('Urgent'), 'bad')}" if row.is_urgent else badge


def _visit(row: Inspection) -> str:
    if row.starts_at is None:
        return NOTHING
    local = localtime(row.starts_at)
    day = escape(date_format(local, "D j M"))
    return f'{day} <bdi dir="ltr" class="num">{local:%H:%M}</bdi>'


def _person(person: Any) -> str:
    if person is None:
        return NOTHING
    name = person.shown_name
    return f'<span class="who">{avatar(name, "person", "xs")}<bdi>{escape(name)}</bdi></span>'


def _place(row: Inspection) -> str:
    words = escape(row.district or row.address or "—")
    return f'<span class="truncate" dir="auto">{words}</span>'


def _outcome(row: Inspection) -> str:
    if not row.outcome:
        return NOTHING
    return _badge(row.get_outcome_display(), OUTCOME_TONES.get(row.outcome, ""))


def _moves(row: Inspection) -> str:
    return f'<bdi dir="ltr" class="num">{row.moves}</bdi>' if row.moves else NOTHING


COLUMNS = {
    column.key: column
    for column in (
        Column("status", _("Status"), _status, "v-state"),
        Column("visit", _("Visit"), _visit, "nw v-when"),
        Column("inspector", _("Inspector"), lambda row: _person(row.inspector), "v-by"),
        Column("place", _("Place"), _place, "v-place"),
        Column("outcome", _("Outcome"), _outcome, "v-out"),
        Column(
            "requested",
            _("Requested on"),
            lambda row: str(ago(row.created_at)),
            "nw muted",
            "newest",
            "oldest",
        ),
        Column("type", _("Type"), lambda row: escape(row.type.name), "nw"),
        Column("owner", _("Asked by"), lambda row: _person(row.owner), "nw"),
        Column("branch", _("Branch"), lambda row: escape(row.branch.name), "nw"),
        Column("moves", _("Moved"), _moves, "n nw"),
    )
}
DEFAULT = ("status", "visit", "inspector", "place", "outcome", "requested")


def chosen_columns(keys: Iterable[str]) -> list[Column]:
    """Return the columns with these keys, in their order; unknown keys count for nothing."""
    known = dict.fromkeys(key for key in keys if key in COLUMNS)
    return [COLUMNS[key] for key in known or DEFAULT]


def draw(rows: Iterable[Inspection], columns: Sequence[Column]) -> list[Row]:
    """Draw the lines of the list, safe to show. Moments are on the clock that is switched on."""
    return [Row(_line(row, columns)) for row in rows]


def _line(row: Inspection, columns: Sequence[Column]) -> SafeString:
    cells = "".join(f'<td class="{column.css}">{column.cell(row)}</td>' for column in columns)
    return SafeString(
        f'<td class="v-who"><a class="name" href="{row.get_absolute_url()}" dir="auto">'
        f'{escape(row.customer.name)}</a><small class="d-block muted">'
        f'<bdi dir="ltr" class="num">{escape(row.number)}</bdi> · '
        f"{escape(row.type.name)}</small></td>{cells}"
    )

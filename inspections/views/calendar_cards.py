"""The visits of the calendar as HTML: a card in a column, a line of the phone's agenda.

A full week is a hundred visits and every change of one draws them all again, so each is one prepared
piece of HTML rather than dozens of template tags. Every value from outside goes through `escape`.
"""

from datetime import datetime, tzinfo
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from crm_project.kit.templatetags.crm import icon
from inspections.calendar import Block
from inspections.models import Inspection
from inspections.words import STATUS_TONES

S = Inspection.Status
_MARKS = {S.COMPLETED: "circle-check", S.ON_THE_WAY: "navigation", S.IN_PROGRESS: "target"}


class Cards:
    """Draws the visits of one page by the clock of its branch, in the language that is active."""

    def __init__(self, clock: tzinfo) -> None:
        self._clock = clock
        self._detail, self._schedule, self._drop = map(_Address, ("detail", "schedule", "drop"))
        self._status = {str(status): escape(str(status.label)) for status in S}
        self._move = _("Move %(number)s")

    def card(self, block: Block, *, is_movable: bool) -> SafeString:
        """Draw a visit in its column; with what calendar.js drags by, and its button, if it moves.

        The button does the same with the keyboard.
        """
        visit: Inspection = block.row
        classes = f"{block.tone}{' is-short' if block.is_short else ''}"
        handles = self._handles(visit) if is_movable else ""
        return SafeString(
            f'<div class="ev {classes}{" can-move" if is_movable else ""}" style="{block.style}" '
            f'data-visit="{visit.pk}"{handles}><a href="{self._detail.of(visit)}" draggable="false">'
            f'<b class="truncate" dir="auto">{escape(visit.customer.name)}</b>'
            f"<span>{self._time(visit.starts_at)}{_marks(visit)}</span>{_notes(block)}"
            f'<i class="visually-hidden">{self._words(visit)}</i></a>'
            f"{self._button(visit) if is_movable else ''}</div>"
        )

    def line(self, visit: Inspection) -> SafeString:
        """Draw a visit of the phone's agenda."""
        tone = STATUS_TONES.get(visit.status, "")
        place = visit.district or visit.address or visit.type.name
        return SafeString(
            f'<li class="vis"><time datetime="{self._exact(visit.starts_at)}">'
            f"{self._time(visit.starts_at)}<small>{self._time(visit.ends_at)}</small></time>"
            f'<a class="vis-c" href="{self._detail.of(visit)}"><span class="rowx">'
            f'<b class="grow truncate" dir="auto">{escape(visit.customer.name)}</b>'
            f'<span class="st{f" st-{tone}" if tone else ""}">{self._status[visit.status]}</span>'
            f'</span><span class="ink2 d-block" dir="auto">{escape(place)}</span>'
            f'<span class="fs-12 muted"><bdi>{_inspector(visit)}</bdi> · '
            f'<bdi dir="ltr" class="num">{escape(visit.number)}</bdi></span></a></li>'
        )

    def _handles(self, visit: Inspection) -> str:
        return (
            f' data-move-url="{self._drop.of(visit)}" data-version="{visit.version}"'
            f' data-inspector="{visit.inspector_id}"'
        )

    def _button(self, visit: Inspection) -> str:
        return (
            f'<button type="button" class="ev-move" hx-get="{self._schedule.of(visit)}" '
            'hx-target="#modal-content" hx-swap="innerHTML" '
            f'aria-label="{self._move % {"number": escape(visit.number)}}">{icon("clock")}</button>'
        )

    def _words(self, visit: Inspection) -> str:
        status, kind = self._status[visit.status], escape(visit.type.name)
        return f"{_inspector(visit)}, {status}, {kind}"

    def _time(self, moment: datetime | None) -> str:
        shown = f"{moment.astimezone(self._clock):%H:%M}" if moment else ""
        return f'<bdi dir="ltr" class="num">{shown}</bdi>'

    def _exact(self, moment: datetime | None) -> str:
        return moment.astimezone(self._clock).isoformat() if moment else ""


class _Address:
    """The address of a page of any visit, looked up once."""

    def __init__(self, name: str) -> None:
        self._head, _id, self._tail = reverse(f"inspections:{name}", args=[0]).rpartition("0")

    def of(self, visit: Inspection) -> str:
        """Return the page's address for a visit."""
        return f"{self._head}{visit.pk}{self._tail}"


def _inspector(visit: Inspection) -> str:
    return escape(visit.inspector.shown_name) if visit.inspector else ""


def _marks(visit: Inspection) -> str:
    mark = _MARKS.get(S(visit.status))
    return (
        f"{icon(mark) if mark else ''}{icon('flame') if visit.is_urgent else ''}"
        f"{icon('moon') if visit.is_outside_hours_allowed else ''}"
    )


def _notes(block: Block) -> str:
    """Where it is, and what is wrong."""
    district = escape(block.row.district)
    place = f'<span class="truncate" dir="auto">{district}</span>' if district else ""
    problem = escape(block.problem)
    warning = f'<span class="w">{icon("alert-triangle")}{problem}</span>' if problem else ""
    return f"{place}{warning}"

"""Which rows of a report its page shows: a handful, the rest of them as one, and the way to them."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import ngettext

from crm_project.kit.counts import Grouped
from crm_project.kit.text import whole_number
from reports.asking import Ask
from reports.table import Line, Report

FEW, MANY = 50, 500  # rows on a page; a file holds them all


@dataclass(frozen=True)
class Window:
    """The rows from `start` on. `rest` are all rows that are not shown, as one."""

    lines: list[Line]
    start: int
    count: int
    rest: Line | None
    previous_url: str
    next_url: str
    all_url: str

    @property
    def first(self) -> int:
        """The number of the first row, from 1."""
        return self.start + 1

    @property
    def last(self) -> int:
        """The number of the last row."""
        return self.start + len(self.lines)

    @property
    def is_part(self) -> bool:
        """True when there are more rows than are shown."""
        return len(self.lines) < self.count


def window_of(report: Report, ask: Ask, given: Any) -> Window:
    """Return the rows that `from` and `rows` of the address ask for; nonsense is the first page."""
    size = MANY if given.get("rows") == "all" else FEW
    count = len(report.lines)
    start = (whole_number(given.get("from", ""), digits=6) or 0) // size * size
    start = start if start < count else 0
    lines = report.lines[start : start + size]
    others = [*report.lines[:start], *report.lines[start + size :]]
    words = ngettext("The other row", "The other %(count)s rows", len(others))
    rest = None
    if others and report.together:
        rest = report.together(others, words % {"count": Grouped(len(others))})
    more = {"rows": "all"} if size == MANY else {}
    return Window(
        lines=lines,
        start=start,
        count=count,
        rest=rest,
        previous_url=_url(ask, more, start - size) if start else "",
        next_url=_url(ask, more, start + size) if start + size < count else "",
        all_url=_url(ask, {"rows": "all"}, 0) if size == FEW and others else "",
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _url(ask: Ask, more: dict[str, str], start: int) -> str:
    return f"?{urlencode({**ask.data, **more, **({'from': start} if start else {})})}"

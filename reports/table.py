"""A report as data: figures, chart and table, the same for page, file and API."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

Value = str | int | Decimal | None
MONEY, COUNT, QUANTITY, PERCENT, DELTA, TEXT, DAYS = (
    "money", "count", "quantity", "percent", "delta", "text", "days",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column. `what` names the rows behind its figures, "" where they are not rows.

    `is_bad_up`: growth is bad news, e.g. returns. A heat column is tinted by its percentage.
    """

    key: str
    label: Any
    kind: str = COUNT
    what: str = ""
    is_heat: bool = False
    is_bad_up: bool = False


@dataclass
class Line:
    """One row: its key (None for nobody, no category), name and values by column."""

    key: Any
    label: str
    values: dict[str, Value]
    url: str = ""  # of the record that it stands for
    links: dict[str, str] = field(default_factory=dict)  # column → the rows behind the figure
    sort_key: str = ""  # where the name does not sort as it should


@dataclass(frozen=True, kw_only=True)
class Kpi:
    """One figure of the strip; `delta` in percent against the period before, None if unknown."""

    label: Any
    value: Value
    kind: str = MONEY
    delta: Decimal | None = None
    is_good: bool | None = None
    context: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Series:
    """One row of bars, or a dashed line of the period before. One value per label."""

    label: str
    values: Sequence[Decimal | int]
    is_line: bool = False


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Values over labels; `summary` is the sentence for those who don't see it. Bars that are parts
    of one whole are stacked, others stand side by side."""

    title: str
    summary: str
    labels: Sequence[str]
    series: Sequence[Series]
    kind: str = MONEY
    is_stacked: bool = False


@dataclass(kw_only=True)
class Report:
    """All that a report shows."""

    head: str  # of the first column
    columns: list[Column]
    lines: list[Line]
    total: Line | None = None
    kpis: list[Kpi] = field(default_factory=list)
    chart: Chart | None = None
    notes: list[str] = field(default_factory=list)
    part: str = ""
    # Made for the rows that a page shows only: of thousands, it shows a few.
    links_of: Callable[[Line], Mapping[str, str]] = field(default=lambda line: line.links)
    together: Callable[[Sequence[Line], str], Line] | None = None  # rows as one, under this name

    def sort(self, order: str, default: str) -> None:
        """Order the rows by a column, "-" for descending; empty values come last."""
        name = order.lstrip("-") if order else default.lstrip("-")
        known = {"label", *(column.key for column in self.columns)}
        if name not in known:
            order, name = default, default.lstrip("-")
        is_descending = (order or default).startswith("-")
        if name == "label":
            self.lines.sort(key=lambda line: line.sort_key or line.label, reverse=is_descending)
            return
        filled = [line for line in self.lines if line.values.get(name) is not None]
        empty = [line for line in self.lines if line.values.get(name) is None]
        filled.sort(key=lambda line: line.values[name], reverse=is_descending)  # type: ignore[arg-type,return-value]
        self.lines = filled + empty


def against(delta: Decimal | None) -> str:
    """The words beside a figure that is compared: with what, or that there is nothing to take."""
    return _("against the period before") if delta is not None else _("nothing to compare with")


def change(now: Decimal | int | None, before: Decimal | int | None) -> Decimal | None:
    """Return the growth in percent with one decimal, None where there was nothing before.

    >>> change(120, 100), change(5, 0)
    (Decimal('20.0'), None)
    """
    if not before or now is None:
        return None
    return (100 * (Decimal(now) - before) / abs(Decimal(before))).quantize(Decimal("0.1"))


def share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Return the part in percent of the whole with one decimal, None of nothing."""
    return (100 * Decimal(part) / whole).quantize(Decimal("0.1")) if whole else None


def mean(whole: Decimal | int, count: int) -> Decimal | None:
    """Return whole / count, None for no count."""
    return Decimal(whole) / count if count else None

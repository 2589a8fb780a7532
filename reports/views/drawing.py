"""A report made ready for its templates: texts, links, tints, and the chart's JSON."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import get_language, pgettext

from crm_project.kit.money import currency_unit
from reports.asking import Ask
from reports.shown import headline, shown
from reports.table import DELTA, MONEY, TEXT, Chart, Column, Line, Report

COLOURS = ("--c1", "--c2", "--c3", "--c5", "--c4", "--c6")
BEFORE = "--c6"
_FACTORS = ((20_000_000, 1_000_000), (20_000, 1000))  # an axis beyond this counts in these


def shown_kpis(report: Report, currency: str) -> list[dict[str, Any]]:
    """The strip of figures."""
    unit = currency_unit(currency, get_language() or "")
    return [
        {
            "label": kpi.label,
            "value": headline(kpi.value, kpi.kind, currency),
            "exact": shown(kpi.value, kpi.kind, currency),
            "unit": unit if kpi.kind == MONEY and kpi.value is not None else "",
            "delta": "" if kpi.delta is None else shown(kpi.delta, DELTA, currency),
            "icon": _arrow(kpi.delta),
            "is_good": kpi.is_good,
            "context": kpi.context,
            "url": kpi.url,
        }
        for kpi in report.kpis
    ]


def heads_of(report: Report, ask: Ask, currency: str) -> list[dict[str, Any]]:
    """The columns' heads, each with the link that sorts by it; amounts name their unit."""
    unit = currency_unit(currency, get_language() or "")
    columns = [Column(key="label", label=report.head, kind=TEXT), *report.columns]
    return [_head(column, ask, unit) for column in columns]


def _head(column: Column, ask: Ask, unit: str) -> dict[str, Any]:
    is_text = column.kind == TEXT
    now = ask.order.lstrip("-") == column.key
    first, second = (column.key, f"-{column.key}") if is_text else (f"-{column.key}", column.key)
    order = second if now and ask.order == first else first
    return {
        "label": f"{column.label} ({unit})" if column.kind == MONEY else column.label,
        "url": f"?{urlencode({**ask.data, 'order': order})}",
        "css": "" if is_text else "n",
        "aria": ("descending" if ask.order.startswith("-") else "ascending") if now else "",
    }


def lines_of(
    report: Report, lines: Iterable[Line], currency: str, *, is_total: bool = False
) -> list[dict[str, Any]]:
    """The rows with their cells."""
    return [
        {
            "label": line.label,
            "url": line.url,
            "cells": [
                _cell(column, line, currency, links) | ({"heat": ""} if is_total else {})
                for column in report.columns
            ],
        }
        for line, links in ((line, report.links_of(line)) for line in lines)
    ]


def _cell(column: Column, line: Line, currency: str, links: Mapping[str, str]) -> dict[str, Any]:
    value = line.values.get(column.key)
    is_delta = column.kind == DELTA
    return {
        "text": shown(value, column.kind, currency),
        "url": links.get(column.key, ""),
        "heat": _heat(value) if column.is_heat else "",
        "css": "n" if column.kind != TEXT else "",
        "icon": _arrow(value) if is_delta else "",
        "tone": _tone(value) if is_delta else "",
    }


def _heat(value: Any) -> str:
    """How strongly a share is tinted, in percent."""
    return "" if value is None else str(max(0, min(60, round(Decimal(value) * 4 / 5))))


def _arrow(delta: Any) -> str:
    if not delta:
        return ""
    return "arrow-up-right" if delta > 0 else "arrow-down-right"


def _tone(value: Any) -> str:
    return "" if not value else "is-good" if value > 0 else "is-bad"


def chart_json(report: Report, currency: str) -> dict[str, Any]:
    """The chart for its script, and the same figures for a table."""
    chart = report.chart
    if chart is None or not chart.labels:
        return {"chart": None}
    most = max((abs(float(value)) for one in chart.series for value in one.values), default=0.0)
    factor = next((factor for least, factor in _FACTORS if most >= least), 1)
    data = {
        "unit": {1: "", 1000: pgettext("chart axis", "K"), 1_000_000: pgettext("chart axis", "M")}[
            factor
        ],
        "mul": factor,
        "stacked": chart.is_stacked,
        "thick": 46,
        "data": {"labels": list(chart.labels), "datasets": _datasets(chart, factor)},
    }
    return {"chart": chart, "chart_data": data, "chart_rows": _chart_rows(chart, currency),
            "legend": [{"label": one.label, "c": _colour(chart, one), "is_line": one.is_line}
                       for one in chart.series]}  # fmt: skip


def _datasets(chart: Chart, factor: int) -> list[dict[str, Any]]:
    found = []
    for series in sorted(chart.series, key=lambda one: not one.is_line):  # the line lies on top
        found.append(
            {
                "label": series.label,
                "c": _colour(chart, series),
                "data": [float(value) / factor for value in series.values],
                **({"type": "line", "dash": 1} if series.is_line else {}),
            }
        )
    return found


def _colour(chart: Chart, series: Any) -> str:
    if series.is_line:
        return BEFORE
    return COLOURS[[one for one in chart.series if not one.is_line].index(series) % len(COLOURS)]


def _chart_rows(chart: Chart, currency: str) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "cells": [shown(series.values[i], chart.kind, currency) for series in chart.series],
        }
        for i, label in enumerate(chart.labels)
    ]

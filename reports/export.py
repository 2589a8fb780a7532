"""A report as a file: exactly its rows and columns, harmless in a spreadsheet program."""

import csv
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import CompanySettings
from crm_project.kit.money import minor_digits
from crm_project.kit.pdf import render_pdf
from customers.export import BOM, harmless

from .asking import Ask
from .shown import period_words, plain, shown
from .table import MONEY, QUANTITY, Column, Line, Report

MOST_PRINTED = 1000  # rows; more would be a book
_WIDE, _NARROW = 32, 14  # characters


def as_csv(report: Report, ask: Ask) -> bytes:
    """Return UTF-8 with the mark that lets spreadsheets read Arabic; numbers without grouping."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow([harmless(text) for text in _head(report, ask)])
    for line in _lines(report):
        values = [plain(line.values.get(one.key), one.kind, ask.currency) for one in report.columns]
        writer.writerow([harmless(line.label), *("" if v is None else _text(v) for v in values)])
    return (BOM + file.getvalue()).encode("utf-8", "replace")


def as_xlsx(report: Report, ask: Ask, title: str) -> bytes:
    """Return a workbook: title, period, head, rows, total; numbers as numbers."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        if (get_language() or "").startswith("ar"):
            sheet.right_to_left()
        bold = book.add_format({"bold": True})
        formats = {
            kind: book.add_format({"num_format": code}) for kind, code in _codes(ask).items()
        }
        sheet.write_string(0, 0, title, bold)
        sheet.write_string(1, 0, period_words(ask.period))
        for column, text in enumerate(_head(report, ask)):
            sheet.write_string(3, column, text, bold)
        for row, line in enumerate(_lines(report), start=4):
            sheet.write_string(row, 0, line.label)
            for column, one in enumerate(report.columns, start=1):
                _write(
                    sheet,
                    row,
                    column,
                    one,
                    plain(line.values.get(one.key), one.kind, ask.currency),
                    formats,
                )
        sheet.set_column(0, 0, _WIDE)
        sheet.set_column(1, len(report.columns), _NARROW)
        sheet.freeze_panes(4, 1)
    return file.getvalue()


def as_pdf(report: Report, ask: Ask, title: str) -> bytes:
    """Return the report on paper, in the reader's language. Errors: PdfUnavailable."""
    lines = report.lines[:MOST_PRINTED]
    context = {
        "company": CompanySettings.current(),
        "title": title,
        "period_words": period_words(ask.period),
        "before_words": period_words(ask.before) if ask.before else "",
        "page_mark": f"{timezone.localtime():%Y-%m-%d %H:%M}",
        "kpis": [
            {"label": kpi.label, "value": shown(kpi.value, kpi.kind, ask.currency)}
            for kpi in report.kpis
        ],
        "notes": report.notes,
        "head": _head(report, ask),
        "lines": [_printed(report, line, ask) for line in lines],
        "total": _printed(report, report.total, ask) if report.total else None,
        "left_out": len(report.lines) - len(lines),
    }
    return render_pdf("reports/document.html", context, language=get_language() or "ar")


def _head(report: Report, ask: Ask) -> list[str]:
    """The columns' names; amounts name their currency."""
    names = [
        f"{one.label} ({ask.currency})" if one.kind == MONEY else str(one.label)
        for one in report.columns
    ]
    return [report.head, *names]


def _lines(report: Report) -> list[Line]:
    return [*report.lines, *([report.total] if report.total else [])]


def _text(value: Any) -> str:
    """A number as it is, a text without its formula."""
    if isinstance(value, str):
        return harmless(value)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _codes(ask: Ask) -> dict[str, str]:
    digits = minor_digits(ask.currency)
    return {MONEY: "#,##0" + ("." + "0" * digits if digits else ""), QUANTITY: "#,##0.###"}


def _write(sheet: Any, row: int, column: int, one: Column, value: Any, formats: Any) -> None:
    if value is None:
        return
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    else:
        sheet.write_number(row, column, float(value), formats.get(one.kind))


def _printed(report: Report, line: Line, ask: Ask) -> dict[str, Any]:
    cells = [
        {
            "text": shown(line.values.get(one.key), one.kind, ask.currency),
            "is_number": one.kind != "text",
        }
        for one in report.columns
    ]
    return {"label": line.label or _("Total"), "cells": cells}

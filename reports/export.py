"""A report as a file: exactly its rows and columns, harmless in a spreadsheet program."""

from io import BytesIO
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from accounts.models import CompanySettings
from crm_project.kit.money import minor_digits
from crm_project.kit.pdf import LANDSCAPE, fit_columns, render_pdf
from exchange.exporting import export_pieces
from exchange.harmless import harmless

from .asking import Ask
from .shown import period_words, plain, shown
from .table import MONEY, QUANTITY, TEXT, Line, Report

MOST_PRINTED = 300  # rows, two seconds; more would be a book
_WIDE, _NARROW = 32, 14  # characters
_SIZE = 8.5  # points on paper
_WIDEST = 24  # characters of a text before it may break


def as_csv(report: Report, ask: Ask) -> bytes:
    """Return UTF-8 with the mark that lets spreadsheets read Arabic; numbers without grouping."""
    rows = [[line.label, *_plain(report, line, ask)] for line in _lines(report)]
    return b"".join(export_pieces(rows, _head(report, ask), format="csv"))


def as_xlsx(report: Report, ask: Ask, title: str) -> bytes:
    """Return a workbook: title, period, head, rows, total; numbers as numbers."""
    file = BytesIO()
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
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
            sheet.write_string(row, 0, harmless(line.label))
            cells = zip(report.columns, _plain(report, line, ask), strict=True)
            for column, (one, value) in enumerate(cells, start=1):
                _write(sheet, (row, column), value, formats.get(one.kind))
        sheet.set_column(0, 0, _WIDE)
        sheet.set_column(1, len(report.columns), _NARROW)
        sheet.freeze_panes(4, 1)
    return file.getvalue()


def as_pdf(report: Report, ask: Ask, title: str) -> bytes:
    """Return the report on paper, in the reader's language. Errors: PdfUnavailable."""
    printed = report.lines[:MOST_PRINTED]
    lines = [_printed(report, line, ask) for line in printed]
    total = _printed(report, report.total, ask) if report.total else None
    head = _head(report, ask)
    texts = [
        [cell["text"][:_WIDEST] for cell in line] for line in [*lines, *([total] if total else [])]
    ]
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
        "head": head,
        "columns": fit_columns(head, texts, width=LANDSCAPE, size=_SIZE),
        "lines": lines,
        "total": total,
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


def _plain(report: Report, line: Line, ask: Ask) -> list[Any]:
    """The values of a row in the order of the columns."""
    return [plain(line.values.get(one.key), one.kind, ask.currency) for one in report.columns]


def _codes(ask: Ask) -> dict[str, str]:
    digits = minor_digits(ask.currency)
    return {MONEY: "#,##0" + ("." + "0" * digits if digits else ""), QUANTITY: "#,##0.###"}


def _write(sheet: Any, place: tuple[int, int], value: Any, how: Any) -> None:
    if isinstance(value, str):
        sheet.write_string(*place, harmless(value))
    elif value is not None:
        sheet.write_number(*place, float(value), how)


def _printed(report: Report, line: Line, ask: Ask) -> list[dict[str, str]]:
    """The cells of a row on paper with their classes: names and texts may break."""
    values = [
        {
            "text": shown(line.values.get(one.key), one.kind, ask.currency),
            "css": "c" if one.kind == TEXT else "n",
        }
        for one in report.columns
    ]
    return [{"text": line.label or _("Total"), "css": "c"}, *values]

"""Reports for programs: the figures, rows and comparison that the page shows."""

from collections.abc import Sequence
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from crm_project.kit.api.pagination import refuse_unknown
from crm_project.kit.api.schema import FIGURE_DAY
from reports.asking import Ask, ReportForm
from reports.catalogue import REPORTS, may_read
from reports.periods import COMPARISONS, PARTS, PRESETS, Period
from reports.shown import plain
from reports.table import Line, Report

_EXAMPLE = {
    "report": "sales",
    "period": {"start": "2026-11-01", "end": "2026-11-25"},
    "comparison": {"start": "2026-10-01", "end": "2026-10-25"},
    "currency": "SAR",
    "by": "channel",
    "part": "day",
    "kpis": [{"label": "Sales", "value": "18630.00", "change": "4.2"}],
    "columns": [{"key": "total", "label": "Sales", "kind": "money"}],
    "rows": [{"key": "whatsapp", "label": "WhatsApp", "values": {"total": "18630.00"}}],
    "total": {"total": "18630.00"},
    "notes": [],
}


class DaysSerializer(serializers.Serializer[Any]):
    """Days, both ends included."""

    start = serializers.DateField()
    end = serializers.DateField()


class ReportSerializer(serializers.Serializer[Any]):
    """A report. Amounts in `currency`; `change` in percent against `comparison`."""

    report = serializers.CharField()
    period = DaysSerializer()
    comparison = DaysSerializer(allow_null=True)
    currency = serializers.CharField()
    by = serializers.CharField()
    part = serializers.CharField(allow_blank=True)
    kpis = serializers.ListField(child=serializers.DictField())
    columns = serializers.ListField(child=serializers.DictField())
    rows = serializers.ListField(child=serializers.DictField())
    total = serializers.DictField(allow_null=True)
    notes = serializers.ListField(child=serializers.CharField())


def _parameter(name: str, text: str, kind: Any = str, enum: Any = None) -> OpenApiParameter:
    return OpenApiParameter(name, kind, description=text, enum=enum)


_PARAMETERS = [
    _parameter(
        "period", "Preset; `custom` takes start and end. Default: month.", enum=list(PRESETS)
    ),
    _parameter("start", "First day of a custom period.", OpenApiTypes.DATE),
    _parameter("end", "Last day of a custom period.", OpenApiTypes.DATE),
    _parameter("compare", "What to compare with. Default: previous.", enum=list(COMPARISONS)),
    _parameter("part", "Length of the parts of the period.", enum=list(PARTS)),
    _parameter("branch", "Only this branch.", int),
    _parameter("user", "Only of this responsible person.", int),
    _parameter("channel", "Only from this channel."),
    _parameter("source", "Only customers from this source."),
    _parameter("category", "Only products of this category and those below it.", int),
    _parameter("product", "Only this product.", int),
    _parameter("order", "Column to sort by; `-` in front for descending."),
]


_FILTERS = {"part", "branch", "user", "channel", "source", "category", "product"}


def _parameters(filters: Sequence[str], kinds: Sequence[str]) -> list[OpenApiParameter]:
    """What one report takes: the filters that it has, and its own kinds of rows."""
    left_out = _FILTERS - set(filters)
    taken = [one for one in _PARAMETERS if one.name not in left_out]
    return [*taken, _parameter("by", "What a row stands for.", enum=list(kinds))]


class ReportApiView(APIView):
    """One report; the answer holds what the reader's permissions reach."""

    code = ""
    days = dict.fromkeys(("start", "end"), FIGURE_DAY)
    permissions_by_action: ClassVar[dict[str, str]] = {}

    def check_permissions(self, request: Request) -> None:
        super().check_permissions(request)
        if request.method == "GET" and not may_read(request.user, REPORTS[self.code]):
            raise PermissionDenied

    def answer(self, request: Request) -> Response:
        """Return the report."""
        known = REPORTS[self.code]
        form = ReportForm(
            request.query_params,
            user=request.user,  # type: ignore[arg-type]
            codes=known.codes,
            kinds=known.kinds,
            filters=known.filters,
        )
        refuse_unknown(set(request.query_params), {*form.fields, "format"})
        if not form.is_valid():
            problems: dict[str, Any] = dict(form.errors)
            raise ValidationError(problems)
        ask = form.ask()
        return Response(_written(self.code, ask, known.build(ask)))


def _view(report: str) -> Any:
    """The view of one report, named and documented as its own operation."""

    class View(ReportApiView):
        code = report
        permissions_by_action: ClassVar[dict[str, str]] = {"get": REPORTS[report].codes[0]}

        @extend_schema(
            operation_id=f"reports_{report}",
            parameters=_parameters(REPORTS[report].filters, REPORTS[report].kinds),
            responses=ReportSerializer,
            examples=[OpenApiExample("A report", value=_EXAMPLE, response_only=True)],
        )
        def get(self, request: Request) -> Response:
            """Return the report."""
            return self.answer(request)

    View.__name__ = f"{report.title()}ReportView"
    return View.as_view()


VIEWS = {code: _view(code) for code in REPORTS}


def _written(code: str, ask: Ask, report: Report) -> dict[str, Any]:
    return {
        "report": code,
        "period": _days(ask.period),
        "comparison": _days(ask.before) if ask.before else None,
        "currency": ask.currency,
        "by": ask.by,
        "part": report.part,
        "kpis": [
            {
                "label": str(kpi.label),
                "value": _plain(kpi.value, kpi.kind, ask),
                "change": None if kpi.delta is None else str(kpi.delta),
            }
            for kpi in report.kpis
        ],
        "columns": [
            {"key": one.key, "label": str(one.label), "kind": one.kind} for one in report.columns
        ],
        "rows": [
            {"key": line.key, "label": line.label, "values": _values(report, line, ask)}
            for line in report.lines
        ],
        "total": _values(report, report.total, ask) if report.total else None,
        "notes": report.notes,
    }


def _days(period: Period) -> dict[str, str]:
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}


def _values(report: Report, line: Line, ask: Ask) -> dict[str, Any]:
    return {one.key: _plain(line.values.get(one.key), one.kind, ask) for one in report.columns}


def _plain(value: Any, kind: str, ask: Ask) -> Any:
    found = plain(value, kind, ask.currency)
    return found if found is None or isinstance(found, int | str) else f"{found:f}"

"""Stock counts: opened, counted line by line or by scanner, posted."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Max, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm_project.kit.errors import BusinessError
from crm_project.kit.forms import form_response
from crm_project.kit.pages import BadCursor, Page, read_page
from inventory import permissions, services
from inventory.filters import CountFilter
from inventory.finding import scan
from inventory.forms.documents import CountForm
from inventory.forms.fields import read_id, read_number, try_read
from inventory.models import StockCount, StockCountLine
from inventory.services import Counted, NewCount

from .reach import InventoryView, add_refusal
from .tables import Head, StockTable

FORM, PAGE = "inventory/count_form.html", "inventory/count.html"
LINES, SCANNER = "inventory/partials/count_lines.html", "inventory/partials/count_scanner.html"
PAGE_SIZE = 50
MOST_ADDED = 100  # lines above the list
MOST_BROUGHT = 200  # lines brought up from further below


class CountListView(StockTable):
    """Counts of the reader's warehouses."""

    permission_required = permissions.VIEW_STOCK
    queryset = StockCount.objects.select_related("warehouse", "created_by")
    filterset_class = CountFilter
    orders = {"newest": ("-id",)}
    page_name = "inventory:counts"
    title = gettext_lazy("Stock counts")
    find_hint = gettext_lazy("Number")
    all_label = gettext_lazy("All counts")
    row_template = "inventory/partials/count_row.html"
    actions_template = "inventory/partials/count_actions.html"
    empty_icon = "clipboard-list"
    empty_title = gettext_lazy("No counts here")
    empty_text = gettext_lazy("Open a count, walk through the shelves, post what you found.")
    heads = (
        Head("number", gettext_lazy("Number")),
        Head("warehouse", gettext_lazy("Warehouse")),
        Head("status", gettext_lazy("Status")),
        Head("created", gettext_lazy("Created"), css="hide-m"),
        Head("by", gettext_lazy("By"), css="hide-m"),
    )


class CountNewView(InventoryView):
    """Opens a count."""

    permission_required = permissions.COUNT_STOCK

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, FORM, {"form": CountForm(editor=self.me)})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CountForm(request.POST, editor=self.me)
        if form.is_valid():
            try:
                new = NewCount(**form.cleaned_data)
                return redirect(services.open_count(new, actor=self.me))
            except BusinessError as error:
                add_refusal(form, error)
        return form_response(request, FORM, form)


class CountView(InventoryView):
    """A count with its lines, fifty at a time."""

    permission_required = permissions.VIEW_STOCK

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        count = self.row(self.reach(StockCount).select_related("warehouse", "created_by"), pk)
        after, until = request.GET.get("after", ""), read_id(request.GET.get("until", ""))
        brought = _ids(request.GET.getlist("brought"))
        context = _context(count, self.me, after=after, until=until, brought=brought)
        return render(request, LINES if "after" in request.GET else PAGE, context)


def _context(
    count: StockCount, user: Any, *, after: str, until: int, brought: list[int]
) -> dict[str, Any]:
    """The pages hold the lines that were there when the first one was opened (up to the id
    `until`); what is scanned into the count later is put above them, and what was scanned before
    its page was there (`brought`) stands there already.
    """
    sums = {} if after else _sums(count)
    until = until if after else sums["last"] or 0
    shown = count.lines.filter(pk__lte=until).exclude(pk__in=brought)
    lines = shown.select_related("product", "lot", "counted_by")
    try:
        page = read_page(lines, order=("id",), after=after, size=PAGE_SIZE)
    except BadCursor:
        page = Page([], "")
    is_open = count.status == StockCount.Status.OPEN
    may_count = StockCount.objects.visible_to(user, permissions.COUNT_STOCK)
    return {
        "count": count,
        "lines": page.rows,
        "next_url": f"{count.get_absolute_url()}?after={page.next_cursor}&until={until}"
        if page.next_cursor
        else "",
        "until": until,
        "can_count": is_open and may_count.filter(pk=count.pk).exists(),
        "sums": sums,
    }


def _ids(written: Iterable[str]) -> list[int]:
    found = [read_id(text) for text in written]
    return [pk for pk in found if pk][:MOST_BROUGHT]


def _is_further_below(line: StockCountLine, data: QueryDict) -> bool:
    """True for a line of a page that is not there yet: it comes after the last that is shown."""
    shown = read_id(data.get("shown", ""))
    return bool(shown) and line.pk > shown and line.pk not in _ids(data.getlist("brought"))


def _added(count: StockCount, until: int) -> list[StockCountLine]:
    """What was scanned into the count since its page was opened, the latest first."""
    rows = count.lines.filter(pk__gt=until).select_related("product", "lot", "counted_by")
    return list(rows.order_by("-counted_at", "-pk")[:MOST_ADDED])


def _sums(count: StockCount) -> dict[str, Any]:
    """How many lines there are, how many are counted, how many differ; the last one's id."""
    differs = Q(counted__isnull=False) & ~Q(counted=F("expected"))
    sums: dict[str, Any] = count.lines.aggregate(
        total=Count("pk"),
        done=Count("counted"),
        different=Count("pk", filter=differs),
        last=Max("pk"),
    )
    return sums


class CountScanView(InventoryView):
    """One more piece of what was scanned."""

    permission_required = permissions.COUNT_STOCK

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        count = self.row(self.reach(StockCount).select_related("warehouse"), pk)
        found = scan(request.POST.get("code", "")[:200])
        until = read_id(request.POST.get("until", ""))
        context: dict[str, Any] = {"count": count, "can_count": True, "until": until}
        if found is None:
            code = request.POST.get("code", "")[:60]
            context |= {
                "note": _("No product with the code %(code)s.") % {"code": code},
                "is_problem": True,
            }
            return render(request, SCANNER, context)
        counted = Counted(
            product=found.product,
            quantity=Decimal(1),
            lot_number=found.lot.number if found.lot else "",
            is_more=True,
        )
        try:
            line = services.count_line(count, counted, actor=self.me)
        except BusinessError as error:
            return render(
                request, SCANNER, {**context, "note": str(error.message), "is_problem": True}
            )
        said = f"{found.product.name}: {line.counted.normalize():f}" if line.counted else ""
        added = _added(count, until) if line.pk > until else []
        context |= {"note": said, "line": line, "added": added, "sums": _sums(count)}
        context["is_brought"] = not added and _is_further_below(line, request.POST)
        return render(request, SCANNER, context)


class CountLineView(InventoryView):
    """What a person typed into a line."""

    permission_required = permissions.COUNT_STOCK

    def post(self, request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
        count = self.row(self.reach(StockCount).select_related("warehouse"), pk)
        lines = count.lines.select_related("product", "lot")
        line = lines.filter(pk=line_pk).first()
        template = "inventory/partials/count_line.html"
        if line is None:
            return HttpResponse(status=404)
        text = request.POST.get("counted", "")[:60]
        quantity, problem = try_read(lambda: read_number(text))
        context = {"count": count, "can_count": True}
        if problem:
            return render(
                request, template, {**context, "line": line, "problem": problem}, status=422
            )
        counted = Counted(
            product=line.product,
            quantity=quantity,
            lot_number=line.lot.number if line.lot else "",
        )
        saved = services.count_line(count, counted, actor=self.me)
        saved = lines.get(pk=saved.pk)
        context |= {"line": saved, "sums": _sums(count), "oob": True}
        return render(request, template, context)


class CountStepView(InventoryView):
    """Posts or cancels a count; `step` says which."""

    permission_required = permissions.COUNT_STOCK
    step = "post"

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        count = self.row(self.reach(StockCount), pk)
        try:
            if self.step == "post":
                services.post_count(count, actor=self.me)
                messages.success(request, _("Posted. The stock is what you counted."))
            else:
                services.cancel_count(count, actor=self.me)
                messages.success(request, _("Cancelled."))
        except BusinessError as error:
            messages.error(request, str(error.message))
        return redirect(count)

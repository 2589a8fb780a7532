"""Customers that may be one: the list to decide, the merge with its preview, and what was merged."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.generic import View

from crm_project.kit.htmx import redirect_to, toast, trigger, wants_partial
from crm_project.kit.pages import BadCursor, Page, read_page
from crm_project.kit.text import isolate
from crm_project.kit.views import Declared
from customers import permissions
from customers.custom_values import PREFIX, shown_custom
from customers.masking import (
    EMAIL,
    IDENTIFIERS,
    MASKED,
    PHONE,
    shown_email,
    shown_identifier,
    shown_phone,
)
from customers.models import Customer, CustomField, DuplicatePair, Merge
from customers.services import (
    FieldChoice,
    count_children,
    dismiss_pair,
    fields_of,
    merge_customers,
    preview_merge,
    undo_merge,
)
from customers.services.merging import FIELDS, KEPT, MERGED, SECRET

from .reach import CustomerView

SIZE = 25


class DuplicatesView(CustomerView):
    """The open pairs that the person may merge, the surest first."""

    permission_required = permissions.MERGE
    page, table = "customers/duplicates.html", "customers/partials/duplicate_list.html"
    rows = "customers/partials/duplicate_rows.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        after = request.GET.get("after", "")
        page = self._page(after)
        url = reverse("customers:duplicate_list")
        context = {
            "pairs": [pair_context(pair, self.me) for pair in page.rows],
            "next_url": f"{url}?after={page.next_cursor}" if page.next_cursor else "",
            "count": "" if after else _count(open_pairs(self.me)),
        }
        template = self.page
        if wants_partial(request):
            template = self.rows if after else self.table
        return render(request, template, context)

    def _page(self, after: str) -> Page:
        """The pairs after the cursor; one that is none begins at the first page."""
        pairs, order = open_pairs(self.me), ("-score", "-id")
        try:
            return read_page(pairs, order=order, after=after, size=SIZE)
        except BadCursor:
            return read_page(pairs, order=order, after="", size=SIZE)


class PairDismissView(CustomerView):
    """Says that two customers are not the same."""

    permission_required = permissions.MERGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pair_pk: int) -> HttpResponse:
        rows = DuplicatePair.objects.visible_to(self.me).select_related("first", "second")
        pair = get_object_or_404(rows, pk=pair_pk)
        dismiss_pair(pair, actor=self.me)
        if not wants_partial(request):
            return redirect("customers:duplicate_list")
        return toast(HttpResponse(""), _("Remembered: not the same."))


class MergeView(CustomerView):
    """What becomes of two customers, field by field; then the merge."""

    permission_required = permissions.MERGE
    template = "customers/merge.html"

    def get(self, request: HttpRequest, pk: int, other_pk: int) -> HttpResponse:
        kept, merged = self._two(pk, other_pk)
        choices = preview_merge(kept, merged)
        fields = fields_of({**kept.custom, **merged.custom})
        shown = [self._row(choice, fields) for choice in choices]
        context = {
            "kept": kept,
            "merged": merged,
            "differing": [row for row in shown if row["differs"]],
            "same": [row for row in shown if not row["differs"] and row["kept"]],
            "children": count_children(merged),
            "swap_url": reverse("customers:merge", args=[merged.pk, kept.pk]),
        }
        return render(request, self.template, context)

    def post(self, request: HttpRequest, pk: int, other_pk: int) -> HttpResponse:
        kept, merged = self._two(pk, other_pk)
        done = merge_customers(kept, merged, choices=read_choices(request.POST), actor=self.me)
        return redirect_to(request, f"{kept.get_absolute_url()}?merge={done.pk}")

    def _two(self, pk: int, other_pk: int) -> tuple[Customer, Customer]:
        if pk == other_pk:
            raise Http404
        return self.customer(pk), self.customer(other_pk)

    def _row(self, choice: FieldChoice, fields: list[CustomField]) -> dict[str, Any]:
        kept, merged = (
            self._shown(choice, value, fields) for value in (choice.kept, choice.merged)
        )
        return {
            "name": choice.name,
            "label": _label_of(choice, fields),
            "kept": kept,
            "merged": merged,
            "proposed": choice.proposed,
            "differs": choice.differs,
        }

    def _shown(self, choice: FieldChoice, value: Any, fields: list[CustomField]) -> str:
        if value in (None, "", []):
            return ""
        if choice.name in SECRET:
            mode = MASKED if self.me.sees_field(IDENTIFIERS) != "hidden" else "hidden"
            return shown_identifier(value, mode) or "••••"
        if choice.name.startswith(PREFIX):
            code = choice.name.removeprefix(PREFIX)
            known = next((field for field in fields if field.code == code), None)
            return shown_custom(known, value) if known else str(value)
        column: Any = Customer._meta.get_field(choice.name)
        if column.is_relation:
            return str(getattr(value, "shown_name", value))
        return str(dict(column.choices or ()).get(value, value))


class MergesView(CustomerView):
    """What was merged, newest first, each with its way back."""

    permission_required = permissions.MERGE

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = Merge.objects.visible_to(self.me).select_related(
            "kept", "merged", "actor", "undone_by"
        )
        after = request.GET.get("after", "")
        try:
            page = read_page(rows, order=("-id",), after=after, size=SIZE)
        except BadCursor:
            page = Page([], "")
        url = reverse("customers:merges")
        next_url = f"{url}?after={page.next_cursor}" if page.next_cursor else ""
        rows_only = wants_partial(request) and after
        name = "partials/merge_rows" if rows_only else "merges"
        return render(
            request, f"customers/{name}.html", {"merges": page.rows, "next_url": next_url}
        )


class MergeUndoView(Declared, View):
    """Makes two customers of one again."""

    permission_required = permissions.MERGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, merge_pk: int) -> HttpResponse:
        user: Any = request.user
        merge = get_object_or_404(
            Merge.objects.visible_to(user).select_related("kept", "merged"), pk=merge_pk
        )
        both = Customer.objects.visible_to(user, permissions.MERGE)
        get_object_or_404(both, pk=merge.merged_id)
        merged = undo_merge(merge, actor=user)
        if not wants_partial(request):
            return redirect(merged.get_absolute_url())
        response = redirect_to(request, merged.get_absolute_url())
        return trigger(response, **{"customers-changed": True})


class MergeNoticeView(Declared, View):
    """Says that two became one, with the way back, once the kept customer's page is there."""

    permission_required = permissions.MERGE

    def get(self, request: HttpRequest, merge_pk: int) -> HttpResponse:
        rows = Merge.objects.visible_to(request.user).select_related("merged")
        merge = get_object_or_404(rows, pk=merge_pk)
        response = HttpResponse(status=204)
        if merge.undone_at:
            return response
        text = _("%(name)s is part of this customer now.") % {"name": isolate(merge.merged.name)}
        return toast(response, text, undo=reverse("customers:merge_undo", args=[merge.pk]))


def open_pairs(user: Any) -> QuerySet[DuplicatePair]:
    """Return the pairs that the person may decide; archived customers are no question."""
    rows: Any = DuplicatePair.objects.visible_to(user).open()
    found: QuerySet[DuplicatePair] = rows.filter(
        first__archived_at=None, second__archived_at=None
    ).select_related("first__owner", "first__branch", "second__owner", "second__branch")
    return found


def pair_context(pair: DuplicatePair, user: Any) -> dict[str, Any]:
    """Both customers side by side, as the reader may see them, and why they look alike."""
    return {
        "pair": pair,
        "percent": round(pair.score * 100),
        "reasons": [_(reason) for reason in pair.reasons],
        "sides": [_side(customer, user) for customer in (pair.first, pair.second)],
        "merge_url": reverse("customers:merge", args=[pair.first_id, pair.second_id]),
    }


def read_choices(data: Any) -> dict[str, str]:
    """Return whose value each field takes, from a form's "choice.<field>"."""
    known = {name: str(value) for name, value in data.items() if name.startswith("choice.")}
    return {
        name.removeprefix("choice."): value
        for name, value in known.items()
        if value in (KEPT, MERGED) and _is_field(name.removeprefix("choice."))
    }


def _is_field(name: str) -> bool:
    return name in FIELDS or name.startswith(PREFIX)


def _side(customer: Customer, user: Any) -> dict[str, Any]:
    return {
        "customer": customer,
        "phone": shown_phone(customer.phone, user.sees_field(PHONE)),
        "email": shown_email(customer.email, user.sees_field(EMAIL)),
    }


def _label_of(choice: FieldChoice, fields: list[CustomField]) -> str:
    if choice.name.startswith(PREFIX):
        code = choice.name.removeprefix(PREFIX)
        return next((field.name for field in fields if field.code == code), code)
    return str(choice.label)


def _count(rows: QuerySet[DuplicatePair]) -> str:
    number = rows.order_by()[:1001].count()
    return "1,000+" if number > 1000 else str(number)

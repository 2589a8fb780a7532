"""The customer's page and the panels that it loads."""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import Activity
from accounts.permissions import VIEW_ACTIVITY
from accounts.words import verb_label
from crm_project.kit.pages import BadCursor, Page, read_page
from crm_project.kit.text import whole_number
from customers import permissions
from customers.custom_values import PREFIX, is_shown_ltr, shown_custom
from customers.forms import NoteForm
from customers.masking import IDENTIFIERS, MASKED, shown_identifier, shown_point
from customers.models import (
    Consent,
    ContactPoint,
    Customer,
    TimelineEntry,
)
from customers.services import Sought, current_consents, fields_of, find_duplicates
from customers.words import TIMELINE_FILTERS, timeline_look

from .files import files_context
from .places import addresses_context
from .reach import CustomerView

TIMELINE_SIZE = 25
RECENT = 30  # entries of the log
FIRST_NOTES, MOST_NOTES = 20, 500
PANELS = "crm_project.wiring.customer_panels"  # the table lies above this app
NEWEST = ("-at", "-id")


class CustomerDetailView(CustomerView):
    """Head, facts, timeline, notes, contacts and consents; the rest comes by itself."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = self.customer(pk)
        if kept := self._part_of(customer):
            return redirect(f"{kept.get_absolute_url()}?from={customer.pk}")
        points = shown_points(customer, self.me)
        context = {
            "customer": customer,
            "tags": customer.tags.all(),
            "points": points,
            "phone": next((point for point in points if point["kind"] == "phone"), None),
            "email": next((point for point in points if point["kind"] == "email"), None),
            "identifiers": _identifiers(customer, self.me),
            "consents": shown_consents(customer, self.me),
            **shown_notes(customer),
            "note_form": NoteForm(auto_id="note_%s"),
            "me": self.me,
            "panels": _panels(self.me, customer),
            "can_see_log": self.me.has_perm(VIEW_ACTIVITY),
            "custom": shown_values(customer),
            **self._merged_in(customer),
            **addresses_context(customer, self.me),
            **files_context(customer, self.me),
            **timeline_page(customer, "", ""),
            "can_change": _can_change(self.me, customer),
        }
        return render(request, "customers/customer_detail.html", context)

    def _part_of(self, customer: Customer) -> Customer | None:
        """The customer that this one became part of, as far as the reader may see it."""
        kept = customer
        for _step in range(5):  # a kept customer may have been merged further
            if kept.merged_into_id is None:
                break
            found = Customer.objects.visible_to(self.me).filter(pk=kept.merged_into_id).first()
            if found is None:
                break
            kept = found
        return kept if kept != customer else None

    def _merged_in(self, customer: Customer) -> dict[str, Any]:
        """What the address says of a merge: the one just done, or the one that led here."""
        merge, came = (whole_number(self.request.GET.get(name, "")) for name in ("merge", "from"))
        led = customer.merges.filter(merged=came, undone_at=None).select_related("merged")
        return {"merge_pk": merge, "came_from": led.first() if came else None}


class TimelineView(CustomerView):
    """More of the timeline, or its first page again after something happened."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = self.customer(pk)
        after = request.GET.get("after", "")
        template = "customer_timeline_entries" if after else "customer_timeline"
        kind = request.GET.get("kind", "")
        context = {"customer": customer, **timeline_page(customer, after, kind)}
        return render(request, f"customers/partials/{template}.html", context)


class ActivityPanelView(CustomerView):
    """What the log says about this customer, as far as the reader may read the log."""

    permission_required = permissions.VIEW

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = self.customer(pk)
        entries = Activity.objects.visible_to(self.me).about(customer).select_related("actor")
        found = list(entries[:RECENT])
        labels = _custom_labels(found)
        lines = [
            {"entry": entry, "what": verb_label(entry.verb), "changes": _changes(entry, labels)}
            for entry in found
        ]
        context = {"customer": customer, "lines": lines}
        return render(request, "customers/partials/customer_activity.html", context)


class DuplicatesPanelView(CustomerView):
    """Customers that may be the same one."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = self.customer(pk)
        values = list(customer.points.in_use().values_list("kind", "value"))
        sought = Sought(
            name=customer.name,
            company=customer.company,
            kind=customer.kind,
            phones=tuple(value for kind, value in values if kind == ContactPoint.Kind.PHONE),
            emails=tuple(value for kind, value in values if kind == ContactPoint.Kind.EMAIL),
            except_id=customer.pk,
        )
        context = {"candidates": find_duplicates(sought, user=self.me), "customer": customer}
        return render(request, "customers/partials/customer_duplicates.html", context)


def timeline_page(customer: Customer, after: str, kind: str) -> dict[str, Any]:
    """One page of the timeline with its address of the next; `kind` narrows it."""
    rows = TimelineEntry.objects.filter(customer=customer).select_related("actor")
    _words, beginnings = TIMELINE_FILTERS.get(kind, ("", ()))
    if beginnings:
        conditions = [Q(kind=one) | Q(kind__startswith=f"{one}.") for one in beginnings]
        rows = rows.filter(reduce(or_, conditions))
    try:
        page = read_page(rows, order=NEWEST, after=after, size=TIMELINE_SIZE)
    except BadCursor:
        page = Page([], "")
    url = reverse("customers:timeline", args=[customer.pk])
    query = f"&kind={kind}" if beginnings else ""
    return {
        "entries": [_line(entry) for entry in page.rows],
        "next_url": f"{url}?after={page.next_cursor}{query}" if page.next_cursor else "",
        "timeline_url": f"{url}?kind={kind}" if beginnings else url,
        "timeline_kind": kind if beginnings else "",
        "timeline_kinds": [(name, words) for name, (words, _kinds) in TIMELINE_FILTERS.items()],
    }


def shown_values(customer: Customer) -> list[dict[str, Any]]:
    """The filled fields that the company added, in their order."""
    if not customer.custom:
        return []
    return [
        {
            "label": field.name,
            "text": shown_custom(field, customer.custom[field.code]),
            "is_ltr": is_shown_ltr(field),
        }
        for field in fields_of(customer.custom)
        if field.is_active
    ]


def _line(entry: TimelineEntry) -> dict[str, Any]:
    label, icon, tone = timeline_look(entry.kind)
    return {
        "entry": entry,
        "label": label,
        "icon": icon,
        "tone": tone,
        "day": timezone.localdate(entry.at),
    }


def shown_notes(customer: Customer, *, is_all: bool = False) -> dict[str, Any]:
    """The pinned notes and the newest, and whether there are more."""
    most = MOST_NOTES if is_all else FIRST_NOTES
    notes = list(customer.notes.select_related("author")[: most + 1])
    return {"notes": notes[:most], "has_more_notes": len(notes) > most and not is_all}


def shown_points(customer: Customer, user: Any) -> list[dict[str, Any]]:
    """The contact points as the reader may see them; hidden ones are left out."""
    shown = (
        {
            "pk": point.pk,
            "kind": point.kind,
            "text": shown_point(point.kind, point.value, user),
            "link": _link(point, user),
            "point": point,
        }
        for point in customer.points.in_use()
    )
    return [point for point in shown if point["text"]]


def _link(point: ContactPoint, user: Any) -> str:
    if shown_point(point.kind, point.value, user, is_formatted=False) != point.value:
        return ""
    return f"{'tel' if point.kind == 'phone' else 'mailto'}:{point.value}"


def shown_consents(customer: Customer, user: Any) -> list[dict[str, Any]]:
    """The entries that count, the contact as the reader may see it."""
    return [
        {
            "consent": consent,
            "contact": shown_point(consent.point.kind, consent.point.value, user),
            "purpose": Consent.Purpose(consent.purpose).label,
        }
        for consent in current_consents(customer)
    ]


def _identifiers(customer: Customer, user: Any) -> list[tuple[Any, str]]:
    """National id and tax number, never in full on the page (SECURITY.md DP-3)."""
    mode = MASKED if user.sees_field(IDENTIFIERS) != "hidden" else "hidden"
    fields: Any = (customer._meta.get_field(name) for name in ("national_id", "tax_id"))
    shown = (
        (field.verbose_name, shown_identifier(getattr(customer, field.name), mode))
        for field in fields
    )
    return [(label, value) for label, value in shown if value]


def _can_change(user: Any, customer: Customer) -> bool:
    if not user.has_perm(permissions.CHANGE):
        return False
    if user.scope_of(permissions.CHANGE) == user.scope_of(permissions.VIEW):
        return True
    return bool(
        Customer.objects.visible_to(user, permissions.CHANGE).filter(pk=customer.pk).exists()
    )


def _panels(user: Any, customer: Customer) -> Iterable[dict[str, Any]]:
    found = import_string(PANELS)(user)
    return [
        {"title": panel["title"], "url": reverse(panel["url_name"], args=[customer.pk])}
        for panel in found
    ]


def _changes(entry: Activity, labels: Mapping[str, str]) -> list[dict[str, Any]]:
    """Before and after, for changes that have both."""
    return [
        {
            "field": labels.get(name) or _field_label(name),
            "before": _logged(pair[0]),
            "after": _logged(pair[1]),
        }
        for name, pair in entry.changes.items()
        if name != "version" and isinstance(pair, list) and len(pair) == 2
    ]


def _logged(value: Any) -> Any:
    """A value of the log in words."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _custom_labels(entries: Iterable[Activity]) -> dict[str, str]:
    """Names of the company's own fields that the entries speak of, by "custom.<code>"."""
    names = {name for entry in entries for name in entry.changes if name.startswith(PREFIX)}
    if not names:
        return {}
    fields = fields_of(name.removeprefix(PREFIX) for name in names)
    return {f"{PREFIX}{field.code}": field.name for field in fields}


def _field_label(name: str) -> str:
    known = {
        field.name: field for field in Customer._meta.get_fields() if hasattr(field, "verbose_name")
    }
    return str(known[name].verbose_name) if name in known else name.replace("_", " ")


def changes_since(customer: Customer, version: int) -> list[dict[str, Any]]:
    """What others changed after the version that an editor saw, newest first."""
    entries = (
        Activity.objects.about(customer).filter(verb="customer.changed").select_related("actor")
    )
    newer = [
        entry for entry in entries[:RECENT] if (entry.changes.get("version") or [0, 0])[1] > version
    ]
    labels = _custom_labels(newer)
    return [
        {"actor": entry.actor, **change} for entry in newer for change in _changes(entry, labels)
    ]

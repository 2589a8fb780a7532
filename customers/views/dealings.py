"""Notes, contact points and consents on the customer's page. Every answer is the panel again."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts.filters import by_words
from accounts.forms.pickers import by_shown_name
from accounts.models import User
from crm_project.kit.forms import form_response
from crm_project.kit.htmx import toast, trigger
from crm_project.kit.text import whole_number
from customers import permissions
from customers.errors import NotYourNote, PointExists
from customers.forms import ConsentForm, NoteForm, PointForm
from customers.masking import shown_point
from customers.models import ContactPoint, Customer, Note
from customers.services import (
    add_note,
    add_point,
    delete_note,
    edit_note,
    make_primary,
    pin_note,
    record_consent,
    remove_point,
)

from .detail import shown_consents, shown_notes, shown_points
from .reach import CustomerView

MOST_PEOPLE = 8
NOTE_LIST = "customers/partials/customer_note_list.html"
NOTES, POINTS, CONSENTS = (
    f"customers/partials/customer_{name}.html" for name in ("notes", "points", "consents")
)


class NotesView(CustomerView):
    """The notes; pinned ones first. Those in `editing` stay on the page as they are there."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        context = notes_context(self.customer(pk), self.me, is_all="all" in request.GET)
        return render(request, NOTE_LIST, {**context, "editing": _in_editing(request.GET)})


class NoteAddView(CustomerView):
    """Writes a note."""

    permission_required = permissions.CHANGE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = self.customer(pk)
        form = NoteForm(request.POST, auto_id="note_%s")
        if not form.is_valid():
            return form_response(
                request, NOTES, form, {**notes_context(customer, self.me), "note_form": form}
            )
        add_note(customer, form.cleaned_data["text"], author=self.me)
        return render(request, NOTES, notes_context(customer, self.me))


class _OneNoteView(CustomerView):
    permission_required = permissions.CHANGE
    http_method_names = ["post"]

    def note(self, pk: int, note_pk: int) -> Note:
        """Return a note of a customer within reach. Raises Http404."""
        customer = self.customer(pk)
        note = get_object_or_404(customer.notes, pk=note_pk)
        note.customer = customer
        self.note_pk = note_pk
        return note

    def listed(self, note: Note) -> HttpResponse:
        """The notes after a change of one; others that are just being changed stay as they are."""
        editing = _in_editing(self.request.POST) - {self.note_pk}
        context = {**notes_context(note.customer, self.me), "editing": editing}
        return render(self.request, NOTE_LIST, context)


class NotePinView(_OneNoteView):
    """Pins a note, or lets it go."""

    def post(self, request: HttpRequest, pk: int, note_pk: int) -> HttpResponse:
        note = self.note(pk, note_pk)
        pin_note(note, actor=self.me, is_pinned=not note.is_pinned)
        return self.listed(note)


class NoteEditView(_OneNoteView):
    """Changes what a note says: its author's right."""

    http_method_names = ["get", "post"]
    template = "customers/partials/customer_note_edit.html"

    def get(self, request: HttpRequest, pk: int, note_pk: int) -> HttpResponse:
        note = self._own(pk, note_pk)
        form = NoteForm(initial={"text": note.text}, auto_id=f"note_{note.pk}_%s")
        return render(request, self.template, {"note": note, "edit_form": form})

    def post(self, request: HttpRequest, pk: int, note_pk: int) -> HttpResponse:
        note = self._own(pk, note_pk)
        form = NoteForm(request.POST, auto_id=f"note_{note.pk}_%s")
        if not form.is_valid():
            context = {"note": note, "edit_form": form}
            response = render(request, self.template, context, status=422)
            response["HX-Retarget"], response["HX-Reswap"] = f"#note-{note.pk}", "outerHTML"
            return response
        edit_note(note, form.cleaned_data["text"], editor=self.me)
        return self.listed(note)

    def _own(self, pk: int, note_pk: int) -> Note:
        note = self.note(pk, note_pk)
        if note.author_id != self.me.pk:
            raise NotYourNote
        return note


class PeopleView(CustomerView):
    """Colleagues whose name begins a word with what was typed after an @."""

    def get(self, request: HttpRequest) -> HttpResponse:
        words = request.GET.get("q", "")[:60]
        people = by_words(User.objects.visible_to(self.me).staff().with_access(), words)
        shown = by_shown_name(people.exclude(pk=self.me.pk))[:MOST_PEOPLE]
        return render(request, "customers/partials/people.html", {"people": shown})


class NoteDeleteView(_OneNoteView):
    """Removes a note."""

    def post(self, request: HttpRequest, pk: int, note_pk: int) -> HttpResponse:
        note = self.note(pk, note_pk)
        delete_note(note, actor=self.me)
        return toast(self.listed(note), _("Note removed."))


class PointsView(CustomerView):
    """The contact points; with `?form=1` the form of a new one in the side panel."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = self.customer(pk)
        return render(request, POINTS, points_context(customer, self.me))


class PointAddView(CustomerView):
    """Adds a phone or an e-mail."""

    permission_required = permissions.CHANGE
    template = "customers/partials/customer_point_form.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = self.customer(pk)
        form = PointForm(region=customer.branch.phone_region)
        return render(request, self.template, {"form": form, "customer": customer})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = self.customer(pk)
        form = PointForm(request.POST, region=customer.branch.phone_region)
        context = {"customer": customer}
        if not form.is_valid():
            return form_response(request, self.template, form, context)
        try:
            add_point(customer, form.new_point(), actor=self.me)
        except PointExists as error:
            form.add_error("value", str(error.message))
            return form_response(request, self.template, form, context)
        return _closed(_("Contact added."), "points-changed")


class _OnePointView(CustomerView):
    permission_required = permissions.CHANGE
    http_method_names = ["post"]

    def point(self, pk: int, point_pk: int) -> ContactPoint:
        """Return a point of a customer within reach. Raises Http404."""
        return get_object_or_404(self.customer(pk).points.in_use(), pk=point_pk)


class PointRemoveView(_OnePointView):
    """Removes a phone or an e-mail."""

    def post(self, request: HttpRequest, pk: int, point_pk: int) -> HttpResponse:
        point = self.point(pk, point_pk)
        remove_point(point, actor=self.me)
        response = render(request, POINTS, points_context(self.customer(pk), self.me))
        return toast(response, _("Contact removed."))


class PointPrimaryView(_OnePointView):
    """Makes a phone or an e-mail the primary one."""

    def post(self, request: HttpRequest, pk: int, point_pk: int) -> HttpResponse:
        make_primary(self.point(pk, point_pk), actor=self.me)
        return render(request, POINTS, points_context(self.customer(pk), self.me))


class ConsentsView(CustomerView):
    """The consents that count."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return render(request, CONSENTS, consents_context(self.customer(pk), self.me))


class ConsentRecordView(CustomerView):
    """Appends to the ledger."""

    permission_required = permissions.CHANGE
    template = "customers/partials/customer_consent_form.html"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = self.customer(pk)
        return render(request, self.template, {"form": self._form(customer), "customer": customer})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        customer = self.customer(pk)
        form = self._form(customer, request.POST)
        if not form.is_valid():
            return form_response(request, self.template, form, {"customer": customer})
        point = form.cleaned_data["point"]
        point.customer = customer
        record_consent(point, form.statement(), actor=self.me)
        return _closed(_("Recorded."), "consents-changed")

    def _form(self, customer: Customer, data: Any = None) -> ConsentForm:
        return ConsentForm(
            data,
            customer=customer,
            shown=lambda point: (
                shown_point(point.kind, point.value, self.me) or point.get_kind_display()
            ),
        )


def _closed(text: str, event: str) -> HttpResponse:
    return toast(trigger(HttpResponse(status=204), **{"close-dialog": True, event: True}), text)


def _in_editing(data: QueryDict) -> set[int]:
    """The notes whose form is open on the page that asks."""
    asked = data.getlist("editing")[:MOST_PEOPLE]
    return {pk for one in asked if (pk := whole_number(one))}


def notes_context(customer: Customer, user: Any, *, is_all: bool = False) -> dict[str, Any]:
    """What the notes panel shows."""
    return {
        "customer": customer,
        **shown_notes(customer, is_all=is_all),
        "is_all": is_all,
        "note_form": NoteForm(auto_id="note_%s"),
        "me": user,
        "can_change": user.has_perm(permissions.CHANGE),
    }


def points_context(customer: Customer, user: Any) -> dict[str, Any]:
    """What the contacts panel shows."""
    can_change = user.has_perm(permissions.CHANGE)
    return {"customer": customer, "points": shown_points(customer, user), "can_change": can_change}


def consents_context(customer: Customer, user: Any) -> dict[str, Any]:
    """What the consents panel shows."""
    can_change = user.has_perm(permissions.CHANGE)
    shown = shown_consents(customer, user)
    return {"customer": customer, "consents": shown, "can_change": can_change}

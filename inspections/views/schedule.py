"""Giving a visit its time: the dialog, dragging, undo, calling off."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from crm_project.kit.htmx import redirect_to, toast, trigger, wants_partial
from inspections import permissions
from inspections.errors import (
    InspectorBusy,
    NotAnInspector,
    NothingToUndo,
    OutsideWorkingHours,
    VisitInThePast,
)
from inspections.forms import CancelForm, DropForm, ScheduleForm
from inspections.models import Inspection
from inspections.services import (
    cancel_inspection,
    check_move,
    diary_of,
    place_of,
    read_undo,
    schedule_inspection,
    undo_move,
    undo_token,
)

from .reach import InspectionView

ABOUT_THE_SLOT = (InspectorBusy, OutsideWorkingHours, NotAnInspector, VisitInThePast)


class _Moving(InspectionView):
    """What moving a visit answers: close the dialog, refresh, offer to take it back."""

    permission_required = permissions.SCHEDULE

    def done(self, inspection: Inspection, before: dict[str, Any]) -> HttpResponse:
        """Answer a change of place."""
        token = undo_token(inspection, before, actor=self.me)
        if not self.request.headers.get("HX-Request"):
            return redirect_to(self.request, inspection.get_absolute_url())
        is_first = before["status"] == Inspection.Status.REQUESTED
        response = trigger(
            HttpResponse(status=204), **{"close-dialog": True, "inspections-changed": True}
        )
        text = _("Scheduled.") if is_first else _("Moved.")
        return toast(response, text, undo=reverse("inspections:undo", args=[token]))

    def dialog(
        self,
        inspection: Inspection,
        form: ScheduleForm,
        status: int = 200,
        *,
        is_asked: bool = True,
    ) -> HttpResponse:
        """Show the dialog; free times are offered unless one was chosen (`is_asked` is false)."""
        is_first = inspection.status == Inspection.Status.REQUESTED
        usual = form.usual_minutes
        context = {
            "inspection": inspection,
            "form": form,
            "title": _("Schedule") if is_first else _("Move"),
            "url": reverse("inspections:schedule", args=[inspection.pk]),
            "submit": _("Schedule") if is_first else _("Move"),
            "suggestions": diary_of(inspection.branch).suggest(usual) if is_asked else [],
        }
        is_part = wants_partial(self.request)
        template = "partials/schedule_modal.html" if is_part else "schedule.html"
        return self.show(inspection.branch, f"inspections/{template}", context, status)


class ScheduleView(_Moving):
    """The dialog: day, time, length, inspector; free times are offered."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        inspection = self.inspection(pk)
        initial = {name: request.GET[name] for name in ("day", "inspector") if name in request.GET}
        form = ScheduleForm(inspection=inspection, initial=initial)
        return self.dialog(inspection, form)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        inspection = self.inspection(pk)
        form = ScheduleForm(request.POST, inspection=inspection)
        if not form.is_valid():
            return self.dialog(inspection, form, 422)
        before = place_of(inspection)
        data = form.cleaned_data
        try:
            schedule_inspection(
                inspection,
                form.slot(),
                actor=self.me,
                version=data["version"],
                reason=data.get("reason", ""),
            )
        except ABOUT_THE_SLOT as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return self.dialog(inspection, form, 422)
        return self.done(inspection, before)


class DropView(_Moving):
    """A block that was dragged, or a free time that was taken. A refusal is a toast.

    A visit that had its time is not moved yet: if it could be there, the dialog asks for the reason.
    """

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        inspection = self.inspection(pk)
        form = DropForm(request.POST, inspection=inspection)
        if not form.is_valid():
            words = " ".join(
                str(problem) for problems in form.errors.values() for problem in problems
            )
            return toast(HttpResponse(status=422), words, kind="bad")
        before, data = place_of(inspection), form.cleaned_data
        chosen = data["inspector"] or inspection.inspector or self._somebody(inspection, form)
        slot, version = form.slot(chosen), data["version"]
        if form.asks_why:
            if not check_move(inspection, slot, actor=self.me, version=version):
                return HttpResponse(status=204)
            dialog = ScheduleForm(inspection=inspection, initial=form.place(chosen))
            return self._ask_why(inspection, dialog)
        schedule_inspection(inspection, slot, actor=self.me, version=version, reason=data["reason"])
        return self.done(inspection, before)

    def _ask_why(self, inspection: Inspection, form: ScheduleForm) -> HttpResponse:
        """Open the dialog at the place that was chosen; the block stands where it was until then."""
        response = self.dialog(inspection, form, is_asked=False)
        response["HX-Retarget"], response["HX-Reswap"] = "#modal-content", "innerHTML"
        return response

    def _somebody(self, inspection: Inspection, form: DropForm) -> User:
        """Whoever is free at that time and has the least on that day; else the first one."""
        diary = diary_of(inspection.branch)
        if not diary.people:
            raise NotAnInspector
        free = diary.free_at(form.starts_at, form.usual_minutes)
        return free[0] if free else diary.people[0]


class UndoMoveView(InspectionView):
    """Takes the own last move back."""

    permission_required = permissions.SCHEDULE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        pk, version, actor_id, before = read_undo(token)
        if actor_id != self.me.pk:
            raise NothingToUndo
        inspection = self.inspection(pk)
        undo_move(inspection, before, actor=self.me, version=version)
        if not request.headers.get("HX-Request"):
            return redirect_to(request, inspection.get_absolute_url())
        return trigger(HttpResponse(status=204), **{"inspections-changed": True})


class CancelView(InspectionView):
    """Calls a visit off, with the reason."""

    permission_required = permissions.SCHEDULE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._answer(self.inspection(pk), CancelForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        inspection = self.inspection(pk)
        form = CancelForm(request.POST)
        if not form.is_valid():
            return self._answer(inspection, form, 422)
        cancel_inspection(inspection, actor=self.me, reason=form.cleaned_data["reason"])
        return toast(redirect_to(request, inspection.get_absolute_url()), _("Cancelled."))

    def _answer(self, inspection: Inspection, form: CancelForm, status: int = 200) -> HttpResponse:
        context = {
            "inspection": inspection,
            "form": form,
            "title": _("Cancel the inspection"),
            "url": reverse("inspections:cancel", args=[inspection.pk]),
            "submit": _("Cancel the inspection"),
            "is_danger": True,
        }
        is_part = wants_partial(self.request)
        template = "partials/cancel_modal.html" if is_part else "schedule.html"
        return self.show(inspection.branch, f"inspections/{template}", context, status)

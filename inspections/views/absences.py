"""Times in which inspectors take no visits."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm_project.kit.htmx import redirect_to, toast
from inspections import permissions
from inspections.errors import AbsenceOverlaps
from inspections.forms import AbsenceForm
from inspections.models import Absence
from inspections.services import remove_absence

from .reach import InspectionView

MOST = 200


class AbsencesView(InspectionView):
    """The coming ones of a branch, and a form for another one."""

    permission_required = permissions.SCHEDULE

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._answer(AbsenceForm(editor=self.me, branch=self.branch()))

    def post(self, request: HttpRequest) -> HttpResponse:
        branch = self.branch()
        form = AbsenceForm(request.POST, editor=self.me, branch=branch)
        if not form.is_valid():
            return self._answer(form, 422)
        try:
            form.save()
        except AbsenceOverlaps as error:
            field = {"since": "since_day", "until": "until_day"}.get(error.field or "")
            form.add_error(field, str(error))
            return self._answer(form, 422)
        url = f"{reverse('inspections:absences')}?branch={branch.pk}"
        return toast(redirect_to(request, url), _("Saved."))

    def _answer(self, form: AbsenceForm, status: int = 200) -> HttpResponse:
        rows = Absence.objects.visible_to(self.me).filter(inspector__branch=form.branch)
        ahead = rows.filter(ends_at__gt=timezone.now()).select_related("inspector")
        context = {
            "form": form,
            "branch": form.branch,
            "has_people": form.fields["inspector"].queryset.exists(),  # type: ignore[attr-defined]
            "absences": ahead.order_by("starts_at")[:MOST],
        }
        return self.show(form.branch, "inspections/absences.html", context, status)


class AbsenceRemoveView(InspectionView):
    """Takes an absence away."""

    permission_required = permissions.SCHEDULE
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        rows = Absence.objects.visible_to(self.me, self.permission_required)
        absence = get_object_or_404(rows.select_related("inspector"), pk=pk)
        remove_absence(absence, actor=self.me)
        url = f"{reverse('inspections:absences')}?branch={absence.inspector.branch_id or ''}"
        return toast(redirect_to(request, url), _("Removed."))

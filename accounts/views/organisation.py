"""Settings → Organisation: branches, and the departments and teams of each."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import OrganisationChangedMeanwhile
from accounts.forms.hours import WEEK, day_name
from accounts.forms.organisation import BranchForm, DepartmentForm, TeamForm
from accounts.models import Activity, Branch, Department, Team, User
from accounts.permissions import CHANGE_SETTINGS, CHANGE_TEAMS, VIEW_USER
from accounts.services import organisation as service
from crm_project.kit.errors import BusinessError
from crm_project.kit.htmx import toast, trigger, wants_partial

from .declared import AccountView

PAGE, LIST = "accounts/organisation.html", "accounts/partials/organisation_list.html"
PIECE_PAGE = "accounts/organisation_piece.html"
PIECE_PANEL = "accounts/partials/organisation_panel.html"
BRANCH_PAGE = "accounts/branch_form.html"


class OrganisationView(AccountView):
    """The branches that the reader sees, each with its departments and teams."""

    permission_required = VIEW_USER

    def get(self, request: HttpRequest) -> HttpResponse:
        changeable = set(service.changeable_branches(self.me).values_list("pk", flat=True))
        fillable = set(service.fillable_branches(self.me).values_list("pk", flat=True))
        branches = [
            {
                "row": row,
                "hours": hours_in_words(row.working_hours),
                "may_change": row.pk in changeable,
                "may_fill": row.pk in fillable,
            }
            for row in _branches(self.me)
        ]
        context = {"branches": branches, "may_add": service.may_add_branches(self.me)}
        return render(request, LIST if wants_partial(request) else PAGE, context)


def _branches(reader: User) -> QuerySet[Branch]:
    active = Q(users__is_active=True, users__is_service=False)
    departments = (
        Department.objects.visible_to(reader)
        .select_related("manager")
        .annotate(people_count=Count("users", filter=active))
    )
    members = Count("members", filter=Q(members__is_active=True))
    teams = Team.objects.visible_to(reader).annotate(people_count=members)
    return (
        Branch.objects.visible_to(reader)
        .annotate(people_count=Count("users", filter=active))
        .prefetch_related(
            Prefetch("departments", departments.order_by("name_ar", "pk")),
            Prefetch("teams", teams.order_by("name_ar", "pk")),
        )
        .order_by("-is_active", "code")
    )


def hours_in_words(hours: Any) -> list[dict[str, Any]]:
    """Return runs of days that are open at the same times: first, last and the spans."""
    known = hours if isinstance(hours, dict) else {}
    runs: list[dict[str, Any]] = []
    for place, day in enumerate(WEEK):
        spans = [span for span in known.get(day) or [] if isinstance(span, list) and len(span) == 2]
        if runs and runs[-1]["spans"] == spans and runs[-1]["end"] == place - 1:
            runs[-1].update(last=day_name(day), end=place)
        elif spans:
            runs.append({"first": day_name(day), "last": "", "spans": spans, "end": place})
    return runs


class BranchNewView(AccountView):
    """A new branch, for who changes the settings of the whole company."""

    permission_required = CHANGE_SETTINGS
    branch: Branch | None = None

    def get(self, request: HttpRequest, **_record: int) -> HttpResponse:
        form = BranchForm(branch=self._branch())
        return render(request, BRANCH_PAGE, {"form": form, "branch": self.branch})

    def post(self, request: HttpRequest, **_record: int) -> HttpResponse:
        form = BranchForm(request.POST, branch=self._branch())
        if not form.is_valid():
            return self._again(request, form)
        seen = form.cleaned_data["seen"]
        try:
            service.save_branch(self.branch, form.values(), actor=self.me, seen=seen)
        except BusinessError as error:
            _refuse(form, error, self.branch)
            return self._again(request, form, error)
        return toast(redirect("accounts:organisation"), _("Saved."))

    def _branch(self) -> Branch | None:
        if not service.may_add_branches(self.me):
            raise PermissionDenied
        return None

    def _again(
        self, request: HttpRequest, form: BranchForm, error: BusinessError | None = None
    ) -> HttpResponse:
        context = {"form": form, "branch": self.branch, **_conflict(self.me, self.branch, error)}
        return render(request, BRANCH_PAGE, context, status=error.http_status if error else 422)


class BranchEditView(BranchNewView):
    """Changes a branch."""

    def _branch(self) -> Branch | None:
        rows = service.changeable_branches(self.me)
        self.branch = get_object_or_404(rows, pk=self.kwargs["pk"])
        return self.branch


class PieceView(AccountView):
    """A department or team in the side panel, or as a page without scripts."""

    permission_required = CHANGE_TEAMS
    piece_type: type[Department] | type[Team]
    form_type: Any
    title: Any = ""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        piece = self.piece(pk)
        return self._show(request, piece, self.form_type(piece=piece))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        piece = self.piece(pk)
        form = self.form_type(request.POST, piece=piece)
        if not form.is_valid():
            return self._show(request, piece, form, status=422)
        try:
            self.save(piece, form)
        except BusinessError as error:
            _refuse(form, error, piece)
            return self._show(request, piece, form, error, status=422)
        return _done(request, _("Saved."))

    def piece(self, pk: int) -> Department | Team:
        """Return the one to change; in a branch that the actor reaches. Raises Http404."""
        rows: Any = self.piece_type.objects.visible_to(self.me)
        rows = rows.filter(branch__in=service.fillable_branches(self.me))
        return cast(Department | Team, get_object_or_404(rows.select_related("branch"), pk=pk))

    def save(self, piece: Any, form: Any) -> None:
        """Save it by its service."""
        is_team = self.piece_type is Team
        save: Any = service.save_team if is_team else service.save_department
        save(piece, form.values(), actor=self.me, seen=form.cleaned_data["seen"])

    def _show(
        self,
        request: HttpRequest,
        piece: Any,
        form: Any,
        error: BusinessError | None = None,
        *,
        status: int = 200,
    ) -> HttpResponse:
        name = piece._meta.model_name
        context = {
            "form": form,
            "piece": piece,
            "title": piece.name if piece.pk else self.title,
            "url": request.path,
            "remove_url": reverse(f"accounts:{name}_remove", args=[piece.pk]) if piece.pk else "",
            **_conflict(self.me, piece if piece.pk else None, error),
        }
        template = PIECE_PANEL if wants_partial(request) else PIECE_PAGE
        return render(request, template, context, status=status)


class DepartmentEditView(PieceView):
    """Changes a department."""

    piece_type, form_type = Department, DepartmentForm


class TeamEditView(PieceView):
    """Changes a team and its members."""

    piece_type, form_type = Team, TeamForm


class _NewPieceView(PieceView):
    def piece(self, pk: int) -> Department | Team:
        """A new one of the branch whose id is in the address. Raises Http404."""
        branch = get_object_or_404(service.fillable_branches(self.me), pk=pk)
        return self.piece_type(branch=branch)


class DepartmentNewView(_NewPieceView, DepartmentEditView):
    """A new department of a branch."""

    title = gettext_lazy("New department")


class TeamNewView(_NewPieceView, TeamEditView):
    """A new team of a branch."""

    title = gettext_lazy("New team")


class DepartmentRemoveView(DepartmentEditView):
    """Removes a department without people."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        service.remove_piece(self.piece(pk), actor=self.me)
        return _done(request, _("Removed."))


class TeamRemoveView(TeamEditView):
    """Removes a team that no rule gives leads to."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        service.remove_piece(self.piece(pk), actor=self.me)
        return _done(request, _("Removed."))


def _refuse(form: Any, error: BusinessError, piece: Any) -> None:
    """Say it beside its field; after a conflict the next save goes on top of what is stored."""
    form.add_error(error.field if error.field in form.fields else None, str(error.message))
    if piece and isinstance(error, OrganisationChangedMeanwhile):
        piece.refresh_from_db()
        form.see(piece)


def _conflict(reader: User, piece: Any, error: BusinessError | None) -> dict[str, Any]:
    """What somebody else changed meanwhile, as the log has it."""
    if piece is None or not isinstance(error, OrganisationChangedMeanwhile):
        return {}
    return {"conflict": Activity.objects.visible_to(reader).about(piece).first()}


def _done(request: HttpRequest, text: str) -> HttpResponse:
    if not wants_partial(request):
        return toast(redirect("accounts:organisation"), text)
    events = {"close-dialog": True, service.CHANGED: True}
    return toast(trigger(HttpResponse(status=204), **events), text)

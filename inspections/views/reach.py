"""How the pages reach one inspection: within the reader's scope, or it is not there."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.generic import View

from accounts.models import Branch, User
from crm_project.kit.text import whole_number
from crm_project.kit.views import Declared
from inspections import permissions
from inspections.models import Inspection
from inspections.places import map_link
from inspections.words import OUTCOME_TONES, STATUS_TONES


class InspectionView(Declared, View):
    """A page or action of inspections that needs one declared permission."""

    permission_required: Any = permissions.VIEW
    request: HttpRequest

    @property
    def me(self) -> User:
        """The signed-in person."""
        return cast(User, self.request.user)

    def inspection(self, pk: int, permission: str | None = None) -> Inspection:
        """Return the inspection within the scope of the view's permission. Raises Http404."""
        rows = Inspection.objects.visible_to(self.me, permission or self.permission_required)
        known = rows.for_list().select_related("owner", "order", "draft_order")
        found = get_object_or_404(known.defer("search", "search_text"), pk=pk)
        return dress(cast(Inspection, found))

    def branch(self) -> Branch:
        """Return the branch that the page is about: the reader's, or the chosen one."""
        return branch_of(self.me, self.request.GET.get("branch", ""))

    def show(self, branch: Branch, template: str, context: Any, status: int = 200) -> HttpResponse:
        """Render with the branch's clock."""
        with timezone.override(branch.clock):
            return render(self.request, template, context, status=status)


def branch_of(user: User, asked: str) -> Branch:
    """Return the branch by its id if the user may see it, else the user's own or the first."""
    rows = Branch.objects.visible_to(user)
    pk = whole_number(asked)
    chosen = None if pk is None else rows.filter(pk=pk).first()
    branch = chosen or user.branch or rows.active().order_by("pk").first()
    if branch is None:
        raise Http404
    return branch


def dress(inspection: Inspection) -> Inspection:
    """Give the row what its template shows."""
    row: Any = inspection
    row.tone = STATUS_TONES.get(inspection.status, "")
    row.outcome_tone = OUTCOME_TONES.get(inspection.outcome, "")
    row.map_link = map_link(inspection)
    return inspection

"""Failed jobs: what failed, and running it again or putting it away."""

from typing import Any, ClassVar

from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Scope
from crm_project.kit.htmx import redirect_to, toast, wants_partial
from crm_project.kit.pages import BadCursor, Page, count_up_to, read_page
from crm_project.kit.views import ListPage
from operations.errors import JobIsNotFailed
from operations.permissions import CHANGE, VIEW
from operations.services.jobs import dismiss_job, failed_jobs, retry_job

from .reach import OperationsView

ORDER, SIZE = ["-pk"], 50


class FailedJobsView(OperationsView):
    """Jobs that no further try follows, newest first."""

    permission_required = VIEW

    def get(self, request: HttpRequest) -> HttpResponse:
        after = request.GET.get("after", "")
        page = _read(after)
        found = count_up_to(failed_jobs()) if page.next_cursor else (len(page.rows), False)
        url = f"{request.path}?after={page.next_cursor}" if page.next_cursor else ""
        shown = ListPage(page.rows, url, not after, "newest", *found)
        may_change = request.user.scope_of(CHANGE) == Scope.COMPANY  # type: ignore[union-attr]
        context = {"page": shown, "can_change": may_change}
        response = render(request, f"operations/{self._template(request)}", context)
        patch_vary_headers(response, ["HX-Request"])
        return response

    def _template(self, request: HttpRequest) -> str:
        if not wants_partial(request):
            return "job_list.html"
        return f"partials/job_{'rows' if 'after' in request.GET else 'table'}.html"


def _read(after: str) -> Page:
    rows = failed_jobs().annotate(
        failed_at=Max("procrastinateevent__at", filter=Q(procrastinateevent__type="failed"))
    )
    try:
        return read_page(rows, order=ORDER, after=after, size=SIZE)
    except BadCursor:
        return read_page(rows, order=ORDER, after="", size=SIZE)


class _ChangeView(OperationsView):
    """Does one thing with a failed job, and shows the list again."""

    permission_required = CHANGE
    http_method_names = ["post"]
    change: ClassVar[Any]
    done: ClassVar[Any]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = failed_jobs().filter(pk=pk).first()
        if job is None:
            raise JobIsNotFailed
        type(self).change(job, actor=request.user)
        return toast(redirect_to(request, reverse("operations:jobs")), _(self.done))


class RetryJobView(_ChangeView):
    """Runs it again."""

    change = staticmethod(retry_job)
    done = gettext_lazy("The job runs again.")


class DismissJobView(_ChangeView):
    """Puts it away."""

    change = staticmethod(dismiss_job)
    done = gettext_lazy("The job was dismissed.")

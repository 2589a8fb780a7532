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
from crm_project.kit.htmx import redirect_to, toast, trigger, wants_partial
from crm_project.kit.pages import Page, count_up_to, read_page_or_first
from crm_project.kit.views import ListPage
from operations.errors import JobIsNotFailed
from operations.permissions import CHANGE, VIEW
from operations.services.jobs import dismiss_job, failed_jobs, retry_job

from .reach import OperationsView
from .refresh import KeepsRows

ORDER = ["-pk"]
CHANGED = "jobs-changed"  # lets the list fetch its rows again


class FailedJobsView(KeepsRows, OperationsView):
    """Jobs that no further try follows, newest first; a change fetches the rows again."""

    permission_required = VIEW
    table_id = "job-table"

    def get(self, request: HttpRequest) -> HttpResponse:
        after = request.GET.get("after", "")
        page = _read(after, self.page_size)
        found = count_up_to(failed_jobs()) if page.next_cursor else (len(page.rows), False)
        url = f"{request.path}?after={page.next_cursor}" if page.next_cursor else ""
        shown = ListPage(page.rows, url, not after, "newest", *found)
        may_change = request.user.scope_of(CHANGE) == Scope.COMPANY  # type: ignore[union-attr]
        context = {"page": shown, "can_change": may_change}
        response = render(request, f"operations/{self._template(request)}", context)
        patch_vary_headers(response, ["HX-Request"])
        return self.swapped(response, has_rows=bool(page.rows))

    def _template(self, request: HttpRequest) -> str:
        if not wants_partial(request):
            return "job_list.html"
        return f"partials/job_{'rows' if 'after' in request.GET else 'table'}.html"


def _read(after: str, size: int) -> Page:
    rows = failed_jobs().annotate(
        failed_at=Max("procrastinateevent__at", filter=Q(procrastinateevent__type="failed"))
    )
    return read_page_or_first(rows, order=ORDER, after=after, size=size)


class _ChangeView(OperationsView):
    """Does one thing with a failed job. The list stays, and fetches its rows again.

    So it does when somebody else was quicker: that is said in a toast beside the new rows.
    """

    permission_required = CHANGE
    http_method_names = ["post"]
    change: ClassVar[Any]
    done: ClassVar[Any]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            job = failed_jobs().filter(pk=pk).first()
            if job is None:
                raise JobIsNotFailed
            type(self).change(job, actor=request.user)
        except JobIsNotFailed as error:
            return self._answer(request, str(error.message), status=error.http_status, kind="bad")
        return self._answer(request, _(self.done), status=204)

    def _answer(
        self, request: HttpRequest, words: str, *, status: int, kind: str = "ok"
    ) -> HttpResponse:
        if not request.headers.get("HX-Request"):  # without scripts: the list, and the words above
            return toast(redirect_to(request, reverse("operations:jobs")), words, kind=kind)
        return trigger(toast(HttpResponse(status=status), words, kind=kind), **{CHANGED: True})


class RetryJobView(_ChangeView):
    """Runs it again."""

    change = staticmethod(retry_job)
    done = gettext_lazy("The job runs again.")


class DismissJobView(_ChangeView):
    """Puts it away."""

    change = staticmethod(dismiss_job)
    done = gettext_lazy("The job was dismissed.")

"""How pages come to a report: by its permissions, with its parameters."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.views.generic import View

from accounts.models import User
from crm_project.kit.views import Declared
from reports.asking import ReportForm
from reports.catalogue import REPORTS, Definition, may_read


class ReportView(Declared, View):
    """A page of one report. Gives `report`; people without all its permissions get 403."""

    code = ""
    more_codes: tuple[str, ...] = ()
    request: HttpRequest

    @property
    def me(self) -> User:
        """The signed-in person."""
        return cast(User, self.request.user)

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.report: Definition | None = REPORTS.get(str(kwargs.get("code") or self.code))

    def get_permission_required(self) -> tuple[str, ...]:
        """Those of the report; an unknown report needs what nobody has, so that it is no hint."""
        return (*self.report.codes, *self.more_codes) if self.report else ("reports.unknown",)

    def has_permission(self) -> bool:
        return super().has_permission() and bool(self.report) and may_read(self.me, self.known)

    @property
    def known(self) -> Definition:
        """The report, once it is known to be one."""
        if self.report is None:
            raise PermissionDenied
        return self.report

    def form(self) -> ReportForm:
        """Return the checked parameters, within the reach of every permission."""
        form = ReportForm(
            self.request.GET,
            user=self.me,
            codes=self.get_permission_required(),
            kinds=self.known.kinds,
            filters=self.known.filters,
        )
        form.is_valid()
        return form

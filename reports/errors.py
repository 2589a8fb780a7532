"""Refusals of reports."""

from django.utils.translation import gettext_lazy as _

from crm_project.kit.errors import BusinessError


class BadParameters(BusinessError):
    """A parameter of the report is no choice of the reader's."""

    code = "bad_parameters"
    message = _("The report does not know this choice.")
    http_status = 400

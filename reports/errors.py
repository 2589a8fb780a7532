"""Refusals of reports."""

from django.utils.translation import gettext_lazy as _

from crm_project.kit.errors import BusinessError


class TooManyExports(BusinessError):
    """Files are worth their making: thirty reports an hour for each person."""

    code = "too_many_exports"
    message = _("Thirty reports an hour are the most that can be exported. Try again later.")
    http_status = 429


class BadParameters(BusinessError):
    """A parameter of the report is no choice of the reader's."""

    code = "bad_parameters"
    message = _("The report does not know this choice.")
    http_status = 400

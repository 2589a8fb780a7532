"""Answers that several pages of accounts give."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.errors import TooManyTries
from crm_project.kit.errors import BusinessError


def own_path(candidate: str, default: str = "/") -> str:
    """Return the candidate when it is a path of this site, else the default (SECURITY.md IN-11)."""
    is_path = candidate.startswith("/") and candidate.isprintable() and len(candidate) <= 2000
    is_own = is_path and url_has_allowed_host_and_scheme(candidate, allowed_hosts=None)
    return candidate if is_own else default


def refused(
    request: HttpRequest,
    template: str,
    form: BaseForm,
    error: BusinessError,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show the form again with the refusal, under its own status and with Retry-After."""
    form.add_error(error.field if error.field in form.fields else None, str(error.message))
    response = render(
        request, template, {**(context or {}), "form": form}, status=error.http_status
    )
    if isinstance(error, TooManyTries):
        response["Retry-After"] = str(error.retry_after)
    return response

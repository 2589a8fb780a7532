"""Errors of the API as RFC 9457 problem documents, in the caller's language."""

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from crm_project.kit.errors import BusinessError, retry_header
from crm_project.kit.limits import seconds_left
from crm_project.kit.logs import current_request_id

from .parsers import BodyTooLarge
from .throttling import WINDOW, may_call_unknown

PROBLEM_JSON = "application/problem+json"
TITLES: dict[str, Any] = {  # where REST framework's sentence has a gap to fill in
    exceptions.MethodNotAllowed.default_code: _("This method isn't allowed here."),
    exceptions.UnsupportedMediaType.default_code: _("This kind of content isn't accepted here."),
}
UNKNOWN = (exceptions.NotAuthenticated, exceptions.AuthenticationFailed)  # refused before the limit


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER: every refusal names its field and what to do."""
    if isinstance(error, BusinessError):
        return _answer(_business(error), error.http_status, retry_header(error))
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, RequestDataTooBig):  # more than Django itself reads, whatever it is
        error = BodyTooLarge()
    if isinstance(error, UNKNOWN) and not may_call_unknown(context["request"]):
        error = exceptions.Throttled(wait=seconds_left(WINDOW))
    response = exception_handler(error, context)
    if response is None:
        return None
    assert isinstance(error, exceptions.APIException)
    body = _problem(response.status_code, error)
    return _answer(body, response.status_code, dict(response.headers))


def _business(error: BusinessError) -> dict[str, Any]:
    body = {
        "type": f"urn:madar:problem:{error.code}",
        "title": str(error.message),
        "status": error.http_status,
        "detail": str(error.message),
        "code": error.code,
    }
    field = getattr(error, "field", None)
    return {**body, "errors": {field: [str(error.message)]}} if field else body


def _problem(status: int, error: exceptions.APIException) -> dict[str, Any]:
    codes = error.get_codes()
    code = codes if isinstance(codes, str) else "invalid"
    body: dict[str, Any] = {
        "type": f"urn:madar:problem:{code}",
        "title": str(TITLES.get(code, error.default_detail)),
        "status": status,
        "code": code,
    }
    if isinstance(error, exceptions.ValidationError):
        return {**body, "detail": str(error.default_detail), "errors": error.detail}
    return {**body, "detail": str(error.detail)}


def _answer(body: dict[str, Any], status: int, headers: dict[str, str]) -> Response:
    headers.pop("Content-Type", None)
    body["request_id"] = current_request_id()
    return Response(body, status=status, headers=headers, content_type=PROBLEM_JSON)


def json_problem(
    request: HttpRequest,
    status: int,
    code: str,
    detail: str,
    errors: dict[str, list[str]] | None = None,
) -> HttpResponse:
    """Return a problem document outside of DRF, for webhooks and unknown API addresses."""
    body: dict[str, Any] = {
        "type": f"urn:madar:problem:{code}",
        "title": detail,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": current_request_id(),
        **({"errors": errors} if errors else {}),
    }
    return JsonResponse(body, status=status, content_type=PROBLEM_JSON)

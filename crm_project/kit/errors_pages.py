"""Error pages: what happened, what to do next, the request's id. The API: problem documents."""

import re
import sys

from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import resolve
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from .api.problems import json_problem
from .logs import current_request_id

AWAY_SECONDS = 10  # after which to come again: a database that died is back by then
# SQLSTATE: connection, collision, out of something, a lock not had in time, shutting down
_AWAY = ("08", "40", "53", "55P03", "57P")
_PROGRAMS = re.compile(r"/api/|/webhooks/|/f/[^/]+/submit/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400"""
    return _answer(request, 400, "bad_request", _("The request could not be read."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403"""
    return _answer(request, 403, "permission_denied", _("Your role does not allow this."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, the same for what does not exist and for what the reader may not see."""
    return _answer(request, 404, "not_found", _("Nothing is here, or not for you."))


@login_not_required
@csrf_exempt  # nothing is done here, and a program is told so as one
def nothing_here(request: HttpRequest) -> HttpResponse:
    """The last address of all: whatever no other one is, also where DEBUG would explain itself.

    One that only lacks its last slash is put right for readers, and named to programs.
    """
    if not _lacks_slash(request):
        return not_found(request, Http404())
    if request.path.startswith("/api/"):
        whole = _("Nothing is here: addresses of the API end with a slash (%s/).") % request.path
        return json_problem(request, 404, "not_found", whole)
    if request.method in ("GET", "HEAD"):
        return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
    return not_found(request, Http404())


def _lacks_slash(request: HttpRequest) -> bool:
    """Tell whether the address with a slash at its end is one of ours."""
    path = request.path_info
    return not path.endswith("/") and resolve(f"{path}/").func is not nothing_here


def server_error(request: HttpRequest, fault: BaseException | None = None) -> HttpResponse:
    """500, without a word about the cause; 503 while the database is away, with a time to come again."""
    if not _is_away(fault or sys.exception()):
        return _answer(request, 500, "server_error", _("Something broke on our side."))
    words = _(
        "The database cannot answer at the moment. Look whether your last step was saved, and try "
        "again soon."
    )
    response = _answer(request, 503, "database_away", words)
    response["Retry-After"] = str(AWAY_SECONDS)
    return response


def _is_away(fault: BaseException | None) -> bool:
    """Tell whether the same call may well succeed in a moment, and not before."""
    if isinstance(fault, InterfaceError):  # the line broke in the middle; a closed cursor is a bug
        return "connection" in str(fault)
    state = getattr(getattr(fault, "__cause__", None), "sqlstate", None)
    return isinstance(fault, OperationalError) and (state is None or state.startswith(_AWAY))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is missing or old."""
    context = {"request_id": current_request_id()}
    return render(request, "403_csrf.html", context, status=403)


def _answer(request: HttpRequest, status: int, code: str, message: str) -> HttpResponse:
    if _PROGRAMS.match(request.path) or request.content_type == "application/json":
        return json_problem(request, status, code, message)
    context = {"message": message, "request_id": current_request_id()}
    return render(request, f"{status}.html", context, status=status)

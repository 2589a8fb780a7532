"""A public form: the hosted page, and the endpoint for other web sites and form services.

These views are exempt from CSRF checks on purpose: they look at no session, cookie or user, so a
forged request can do nothing that its sender could not do by writing directly. What protects them
instead: a size limit, a rate limit per address, a hidden field, the signed time at which the page
was shown, the form's list of web sites, and, where the form has a secret, a signature.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import CompanySettings
from crm_project.kit.api.problems import json_problem
from crm_project.kit.errors import BusinessError
from crm_project.kit.text import whole_number
from leads.capture.hosted import HONEYPOT, RENDERED, EnquiryForm, sign_render
from leads.capture.refusals import ForeignOrigin, FormIsClosed, TooLarge, TooManySubmissions
from leads.models import WebForm
from leads.services.submissions import Submission, keep_submission
from leads.tasks import drain_form_signals
from messaging.gateways.whatsapp.signature import answer_handshake
from messaging.services import count_delivery

log = structlog.get_logger(__name__)

MAXIMUM_BYTES = 1024 * 1024
PREFLIGHT_SECONDS = "600"
View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """Open to everybody, in the language of `?lang=`, with CORS for the form's web sites."""

    @csrf_exempt
    @login_not_required
    @never_cache
    @wraps(view)
    def answer(request: HttpRequest, key: str) -> HttpResponse:
        form = WebForm.objects.open().select_related("branch").filter(key=key).first()
        asked = request.GET.get("lang", "")
        language = asked if asked in dict(settings.LANGUAGES) else translation.get_language()
        with translation.override(language):
            response = _preflight() if request.method == "OPTIONS" else view(request, form)
        response.headers["Content-Language"] = str(language)
        return _with_cors(request, response, form)

    return answer


@public
@require_http_methods(["GET", "HEAD", "POST"])
def form_page(request: HttpRequest, form: WebForm | None) -> HttpResponse:
    """Show the hosted form and take it. A form with a secret has no page: nobody could sign it."""
    if _wants_json(request):
        return _endpoint(request, form)
    if form is None or (form.secret and request.method != "POST"):
        raise Http404
    if request.method != "POST":
        return _page(request, form, EnquiryForm())
    return _take_page(request, form)


@public
@require_http_methods(["GET", "POST"])
def form_endpoint(request: HttpRequest, form: WebForm | None) -> HttpResponse:
    """Take JSON, URL-encoded and multipart submissions; GET is the handshake of Meta's lead ads."""
    return _handshake(request, form) if request.method == "GET" else _endpoint(request, form)


def _take_page(request: HttpRequest, form: WebForm) -> HttpResponse:
    """A browser's POST: our own page's fields are checked, a foreign page's taken as they are."""
    try:
        submission = _submission(request, form)
        asked = EnquiryForm(request.POST)
        if RENDERED in request.POST and not request.POST.get(HONEYPOT) and not asked.is_valid():
            return _page(request, form, asked, status=422)
        reference = keep_submission(submission, reader=drain_form_signals)
    except TooManySubmissions as error:
        count_delivery("web_form", error.code)
        response = render(request, "429.html", status=429)
        response.headers["Retry-After"] = str(error.retry_after)
        return response
    except BusinessError as error:
        count_delivery("web_form", error.code)
        return _page(request, form, EnquiryForm(), status=error.http_status, problem=str(error))
    return _render(request, "leads/public_form_thanks.html", form, {"reference": reference})


def _endpoint(request: HttpRequest, form: WebForm | None) -> HttpResponse:
    try:
        if form is None:
            raise FormIsClosed
        reference = keep_submission(_submission(request, form), reader=drain_form_signals)
    except BusinessError as error:
        return _refuse(request, error)
    return JsonResponse({"ok": True, "reference": reference})


def _submission(request: HttpRequest, form: WebForm) -> Submission:
    """Read the request within its limits. Raises TooLarge, ForeignOrigin."""
    length = whole_number(request.META.get("CONTENT_LENGTH") or "0")
    if length is None or length > MAXIMUM_BYTES:
        raise TooLarge
    origin = request.headers.get("Origin", "")
    if form.origins and not form.secret and not _is_allowed(request, origin, form):
        raise ForeignOrigin
    return Submission(
        form=form,
        body=request.body,
        content_type=request.META.get("CONTENT_TYPE", ""),
        address=request.META.get("REMOTE_ADDR", ""),
        headers=request.headers,
    )


def _is_allowed(request: HttpRequest, origin: str, form: WebForm) -> bool:
    """Servers send no Origin; browsers do, and it must be ours or listed."""
    return not origin or _host_of(origin) == request.get_host() or _is_listed(origin, form)


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # "http://[" is an address of nothing
        return ""


def _is_listed(origin: str, form: WebForm) -> bool:
    listed = {site.strip().rstrip("/").lower() for site in form.origins}
    return origin.lower() in listed or "*" in listed


def _with_cors(request: HttpRequest, response: HttpResponse, form: WebForm | None) -> HttpResponse:
    """Let scripts of the listed web sites read the answer. Without a list: no such header."""
    if form is None or not form.origins:
        return response
    patch_vary_headers(response, ["Origin"])
    origin = request.headers.get("Origin", "")
    if origin and _is_listed(origin, form):
        response.headers["Access-Control-Allow-Origin"] = origin
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "POST, OPTIONS"
            response.headers["Access-Control-Allow-Headers"] = "Content-Type, Idempotency-Key"
            response.headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
    return response


def _preflight() -> HttpResponse:
    return HttpResponse(status=204, headers={"Allow": "GET, HEAD, POST, OPTIONS"})


def _handshake(request: HttpRequest, form: WebForm | None) -> HttpResponse:
    challenge = answer_handshake(
        mode=request.GET.get("hub.mode"),
        token=request.GET.get("hub.verify_token"),
        challenge=request.GET.get("hub.challenge"),
        expected=settings.WHATSAPP_VERIFY_TOKEN,
    )
    if form is None:
        return _refuse(request, FormIsClosed())
    if challenge is None:
        return json_problem(request, 403, "wrong_token", _("The verify token is wrong."))
    return HttpResponse(challenge, content_type="text/plain")


def _refuse(request: HttpRequest, error: BusinessError) -> HttpResponse:
    count_delivery("web_form", error.code)
    log.warning("form_refused", outcome=error.code)
    errors = {error.field: [str(error)]} if error.field else None
    response = json_problem(request, error.http_status, error.code, str(error), errors)
    if isinstance(error, TooManySubmissions):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _wants_json(request: HttpRequest) -> bool:
    """Programs are answered by JSON, people by a page."""
    accepted = request.headers.get("Accept", "")
    is_program = "json" in accepted and "text/html" not in accepted
    return request.method == "POST" and ("json" in (request.content_type or "") or is_program)


def _page(
    request: HttpRequest, form: WebForm, asked: EnquiryForm, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    context = {
        "form": asked,
        "problem": problem,
        "honeypot": HONEYPOT,
        "rendered": (RENDERED, sign_render(form.key)),
    }
    return _render(request, "leads/public_form.html", form, context, status=status)


def _render(
    request: HttpRequest,
    template: str,
    form: WebForm,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    is_english = translation.get_language() == "en"
    texts = {
        "title": (form.title_en if is_english else form.title_ar) or form.title_ar or form.title_en,
        "intro": (form.intro_en if is_english else form.intro_ar) or "",
        "company_name": CompanySettings.current().name,
        "web_form": form,
    }
    return render(request, template, {**texts, **context}, status=status)

"""The WhatsApp Cloud API webhook: prove it, keep it, answer. Nothing else happens here.

The only CSRF-exempt view of the app: the signature over the raw body takes its place.
"""

import json

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from crm_project.kit.api.problems import json_problem
from crm_project.kit.text import whole_number
from messaging.gateways.whatsapp.signature import answer_handshake, verify_signature
from messaging.services import NewSignal, count_delivery, keep_signal
from messaging.tasks import drain_signals

log = structlog.get_logger(__name__)

MAXIMUM_BYTES = 3 * 1024 * 1024  # Meta's own limit
SIGNATURE = "X-Hub-Signature-256"


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
def whatsapp_webhook(request: HttpRequest) -> HttpResponse:
    """GET: the verification handshake. POST: store the raw body, wake the reader, answer 200."""
    return _handshake(request) if request.method == "GET" else _keep(request)


def _handshake(request: HttpRequest) -> HttpResponse:
    challenge = answer_handshake(
        mode=request.GET.get("hub.mode"),
        token=request.GET.get("hub.verify_token"),
        challenge=request.GET.get("hub.challenge"),
        expected=settings.WHATSAPP_VERIFY_TOKEN,
    )
    if challenge is None:
        return _refuse(request, 403, "wrong_token", _("The verify token is wrong."))
    return HttpResponse(challenge, content_type="text/plain")


def _keep(request: HttpRequest) -> HttpResponse:
    if declared_length(request) > MAXIMUM_BYTES:
        return _refuse(request, 413, "too_large", _("The body is larger than 3 MB."))
    body = request.body
    if not verify_signature(
        body=body, header=request.headers.get(SIGNATURE), secret=settings.WHATSAPP_APP_SECRET
    ):
        return _refuse(request, 403, "wrong_signature", _("The signature is missing or wrong."))
    if not _is_json(body):
        return _refuse(request, 400, "malformed", _("The body is not valid JSON."))
    keep_signal(
        NewSignal(channel="whatsapp", body=body, content_type="application/json"),
        reader=drain_signals,
    )
    count_delivery("whatsapp", "stored")
    return HttpResponse("ok", content_type="text/plain")


def declared_length(request: HttpRequest) -> int:
    """Return the Content-Length in bytes; what is no plain number counts as far too long."""
    length = whole_number(request.META.get("CONTENT_LENGTH") or "0", digits=12)
    return 10**12 if length is None else length


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(request: HttpRequest, status: int, outcome: str, detail: str) -> HttpResponse:
    count_delivery("whatsapp", outcome)
    log.warning("webhook_refused", channel="whatsapp", outcome=outcome)
    return json_problem(request, status, outcome, detail)

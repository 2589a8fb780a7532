"""/healthz: the process lives. /readyz: it can serve. /metrics: Prometheus."""

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound, JsonResponse
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView
from prometheus_client import CollectorRegistry, generate_latest

from .addresses import parse_address
from .shared_counts import all_counts

log = structlog.get_logger(__name__)

COLLECTORS = "crm_project.wiring.figure_collectors"  # the apps lie above this


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer without any I/O."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database answers and is migrated; Redis is reported as degraded only."""
    checks = {"database": _database(), "redis": _redis()}
    is_ready = checks["database"] == "ok"
    return JsonResponse({"ready": is_ready, **checks}, status=200 if is_ready else 503)


def _database() -> str:
    try:
        if _is_migrated():
            return "ok"
    except Error:  # an InterfaceError is no DatabaseError
        return "unreachable"
    return "migrations are missing"


_migrated = False


def _is_migrated() -> bool:
    global _migrated
    if _migrated:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return True
    executor = MigrationExecutor(connection)
    _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated


def _redis() -> str:
    if not settings.REDIS_URL:
        return "not used"
    try:
        cache.set("readyz", 1, 5)
    except Exception:  # any failure of the store means degraded, never failing (RL-2)
        return "degraded"
    return "ok"


@require_safe
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus figures, for callers on this machine or its private network only.

    What the processes of this machine counted, and what the database knows of the whole
    installation: alike on every machine.
    """
    address = parse_address(request.META.get("REMOTE_ADDR", ""))
    is_near = address is not None and (address.is_loopback or address.is_private)
    if request.headers.get("X-Forwarded-For") or not is_near:
        return HttpResponseNotFound()
    with all_counts():
        answer = ExportToDjangoView(request)
    answer.content += _shared_figures()
    return answer


def _shared_figures() -> bytes:
    registry = CollectorRegistry()
    try:
        for collector in import_string(COLLECTORS)():
            registry.register(collector)
        return generate_latest(registry)
    except Error as error:  # the processes' own figures are told all the same
        log.warning("figures_not_read", error=repr(error))
        return b""

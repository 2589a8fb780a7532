"""Opening, announcing and resolving alerts; one that becomes critical is announced once more."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from psycopg.types.json import Jsonb

from accounts.models import Activity, User
from accounts.roles import Scope
from accounts.services import Notice, Reason, notify_many, record
from crm_project.kit.live import branch_group, tell
from crm_project.kit.locks import only_one
from operations import permissions
from operations.checks import CHECKS, Check, Finding
from operations.models import Alert
from operations.wording import sentence, title

log = structlog.get_logger(__name__)

TOPIC = "alerts-changed"
TURN = "operations.evaluate"  # one process at a time evaluates

SEE = """
INSERT INTO operations_alert (code, subject, level, figures, opened_at, seen_at)
VALUES (%(code)s, %(subject)s, %(level)s, %(figures)s, %(now)s, %(now)s)
ON CONFLICT (code, subject) WHERE resolved_at IS NULL
DO UPDATE SET level = excluded.level, figures = excluded.figures, seen_at = excluded.seen_at
RETURNING id
"""


def evaluate(checks: Sequence[Check] = CHECKS, *, now: datetime | None = None) -> None:
    """Look at everything once, unless another process does. A check that fails changes nothing."""
    with only_one(TURN) as is_mine:
        if not is_mine:
            return
        now = now or timezone.now()
        unresolved = list(Alert.objects.filter(resolved_at=None))
        for check in checks:
            known = [alert for alert in unresolved if alert.code in check.codes]
            _evaluate_one(check, known, now)


def _evaluate_one(check: Check, known: Sequence[Alert], now: datetime) -> None:
    try:
        findings = list(check.run(now))
        if findings or known:
            with transaction.atomic():
                _settle(check, findings, known, now)
    except Exception as error:  # the others are looked at all the same
        log.exception("check_failed", check=check.codes, error=repr(error))


def _settle(
    check: Check, findings: Sequence[Finding], known: Sequence[Alert], now: datetime
) -> None:
    levels = {alert.pk: alert.level for alert in known}
    seen = Alert.objects.in_bulk([_see(finding, now) for finding in findings])
    for alert in seen.values():
        has_held = now - alert.opened_at >= timedelta(seconds=check.hold)
        if alert.announced_at is None and has_held:
            _announce(alert, now)
        elif alert.announced_at and levels.get(alert.pk, alert.level) != alert.level:
            _change_level(alert, before=levels[alert.pk])
    for alert in known:
        if alert.pk in seen:
            continue
        if alert.announced_at is None:
            alert.delete()
        elif now - alert.seen_at >= timedelta(seconds=check.calm):
            _resolve(alert, now)


def _see(finding: Finding, now: datetime) -> int:
    params: Any = {
        "code": finding.code,
        "subject": finding.subject[:80],
        "level": finding.level,
        "figures": Jsonb(dict(finding.figures)),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(SEE, params)
        return int(cursor.fetchone()[0])


def _announce(alert: Alert, now: datetime) -> None:
    alert.announced_at = now
    alert.save(update_fields=["announced_at"])
    changes = {"level": [None, alert.level]}
    record(None, "alert.opened", alert, changes=changes, reason=_reason(alert))
    notify_many(_notice(alert, person) for person in _watchers())
    tell(branch_group(None), TOPIC)
    log.error("alert_opened", alert=alert.code, subject=alert.subject, figures=alert.figures)


def _change_level(alert: Alert, *, before: str) -> None:
    """Show the level at once; tell people only the first time that it is critical."""
    tell(branch_group(None), TOPIC)
    if alert.level != Alert.Level.CRITICAL or _was_told_critical(alert):
        return
    changes = {"level": [before, alert.level]}
    record(None, "alert.worsened", alert, changes=changes, reason=_reason(alert))
    notify_many(_notice(alert, person) for person in _watchers())
    log.error("alert_worsened", alert=alert.code, subject=alert.subject, figures=alert.figures)


def _was_told_critical(alert: Alert) -> bool:
    """The log knows: a level that swings to and fro is told once."""
    return Activity.objects.about(alert).filter(changes__level__1=alert.level).exists()


def _resolve(alert: Alert, now: datetime) -> None:
    alert.resolved_at = now
    alert.save(update_fields=["resolved_at"])
    record(None, "alert.resolved", alert, reason=_reason(alert))
    tell(branch_group(None), TOPIC)
    log.warning("alert_resolved", alert=alert.code, subject=alert.subject)


def _reason(alert: Alert) -> Reason:
    """The check and what it saw: "jobs_waiting", "value:45", "limit:30"."""
    known = [name for name in ("value", "limit") if name in alert.figures]
    seen = [f"alert.{name}:{alert.figures[name]}" for name in known]
    return Reason(rule=f"alert.{alert.code}", evidence=tuple(filter(None, [alert.subject, *seen])))


def _watchers() -> list[User]:
    """Active people who see operations of the whole company."""
    people = User.objects.staff().with_access()
    return [user for user in people if user.scope_of(permissions.VIEW) == Scope.COMPANY]


def _notice(alert: Alert, person: User) -> Notice:
    with override(person.language):
        return Notice(
            user=person,
            kind="operations.alert",
            subject=_subject(alert),
            detail=sentence(alert),
            url=reverse("operations:overview"),
            key=f"operations.alert:{alert.pk}:{alert.level}",
        )


def _subject(alert: Alert) -> str:
    """What the alert is called, in the language in force, with the word for the worse level."""
    if alert.level != Alert.Level.CRITICAL:
        return title(alert.code)
    return _("%(title)s (critical)") % {"title": title(alert.code)}


def open_alerts() -> Any:
    """Return the announced alerts whose condition holds, the worst and newest first."""
    return Alert.objects.open().order_by("level", "-opened_at")  # "critical" < "warning"

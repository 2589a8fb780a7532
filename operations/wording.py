"""What alerts are called and what they say, in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from crm_project.kit.text import isolate

if TYPE_CHECKING:
    from .models import Alert

TITLES: Mapping[str, Any] = {
    "no_worker": _("No worker is running"),
    "signals_waiting": _("Raw signals wait too long"),
    "jobs_waiting": _("Jobs wait too long"),
    "signals_failed": _("Raw signals need a person"),
    "jobs_failed": _("Jobs have failed for good"),
    "webhook_slow": _("Webhooks answer slowly"),
    "answers_failed": _("Requests end in errors"),
    "throughput_low": _("Far fewer signals than usual"),
    "throughput_high": _("Far more signals than usual"),
    "sign_ins_failed": _("Many wrong sign-ins"),
    "chain_broken": _("The activity log was changed"),
    "backup_old": _("No fresh backup"),
    "backup_failed": _("The last backup failed"),
    "restore_test_old": _("No restore was tested for a week"),
    "restore_test_failed": _("The last restore test failed"),
    "disk_full": _("A disk is filling up"),
    "certificate_ends": _("The certificate ends soon"),
}
_SENTENCES: Mapping[str, Any] = {
    "no_worker": _(
        "Nothing is read, sent or repaired until one runs. Last sign of life: %(last)s."
    ),
    "signals_waiting": _(
        "The oldest of %(waiting)s has waited %(value)s seconds; %(limit)s are the limit."
    ),
    "jobs_waiting": _(
        "Queue %(subject)s: the oldest of %(waiting)s has waited %(value)s seconds; "
        "%(limit)s are the limit."
    ),
    "signals_failed": _("%(value)s could not be read. Read them again, or say what they are."),
    "jobs_failed": _("%(value)s failed at every try. Try them again, or dismiss them."),
    "webhook_slow": _(
        "95 of 100 were answered within %(value)s ms in the last five minutes; %(limit)s ms "
        "are the limit."
    ),
    "answers_failed": _(
        "%(value)s%% of the answers of the last five minutes were errors of ours "
        "(%(failed)s); %(limit)s%% is the limit."
    ),
    "throughput_low": _(
        "%(came)s in ten minutes, where %(expected)s come in this hour of other weeks: %(value)s%%."
    ),
    "throughput_high": _(
        "%(came)s in ten minutes, where %(expected)s come in this hour of other weeks: %(value)s%%."
    ),
    "sign_ins_failed": _("%(value)s tries failed in five minutes; %(normal)s do in a normal week."),
    "chain_broken": _(
        "Entry number %(number)s: %(problem)s. Compare with a backup and find out who could "
        "write to the database."
    ),
    "backup_old": _("The last good backup is %(value)s hours old; %(limit)s are the limit."),
    "backup_failed": _("See below why, and start another one when it is mended."),
    "restore_test_old": _("The last good test is %(value)s hours old; %(limit)s are the limit."),
    "restore_test_failed": _("The backups may be worthless: see below why."),
    "disk_full": _(
        "%(value)s%% of the disk with %(subject)s are used, %(free)s are free; %(limit)s%% "
        "is the limit."
    ),
    "certificate_ends": _("%(subject)s: in %(value)s days browsers will refuse it. Renew it now."),
}
_DISKS: Mapping[str, Any] = {
    "state": _("the state folder"),
    "media": _("files and pictures"),
    "backups": _("the backups"),
    "database": _("the database"),
}
_PROBLEMS: Mapping[str, Any] = {
    "a seal is missing": _("a seal is missing"),
    "the seal does not continue the one before": _("the seal does not continue the one before"),
    "the entry was removed": _("the entry was removed"),
    "the entry or its seal was changed": _("the entry or its seal was changed"),
    "the hash is not the one noted earlier": _("the hash is not the one noted earlier"),
    "the end of the log was cut off or added to": _("the end of the log was cut off or added to"),
    "the log is shorter than it was": _("the log is shorter than it was"),
}


def title(code: str) -> str:
    """Return what an alert is called; an unknown code is shown as it is, readable."""
    return str(TITLES.get(code, code.replace("_", " ")))


def sentence(alert: "Alert") -> str:
    """Return what holds, with its figures; empty for a code of another version."""
    figures = {name: isolate(str(value)) for name, value in alert.figures.items()}
    if "free" in alert.figures:
        figures["free"] = isolate(filesizeformat(alert.figures["free"]))
    if "problem" in alert.figures:
        problem = alert.figures["problem"]
        figures["problem"] = str(_PROBLEMS.get(problem, problem))
    figures["subject"] = _subject(alert)
    figures["last"] = _last(alert.figures.get("last_beat", ""))
    try:
        return str(_SENTENCES.get(alert.code, "")) % figures
    except (KeyError, ValueError):  # kept by another version with other figures
        return ""


def disk_name(names: str) -> str:
    """Return what lies on a disk, e.g. "media+backups", in words."""
    return " · ".join(str(_DISKS.get(name, name)) for name in names.split("+"))


def _subject(alert: "Alert") -> str:
    return disk_name(alert.subject) if alert.code == "disk_full" else isolate(alert.subject)


def _last(moment: str) -> str:
    if not moment:
        return str(_("none"))
    return isolate(date_format(localtime(datetime.fromisoformat(moment)), "DATETIME_FORMAT"))

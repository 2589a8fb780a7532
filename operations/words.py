"""Words for the log's entries about operations, and for their notifications."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from .wording import TITLES

VERBS: Mapping[str, Any] = {
    "alert.opened": _("raised an alert"),
    "alert.worsened": _("saw an alert become critical"),
    "alert.resolved": _("saw an alert end"),
    "job.retried": _("ran a failed job again"),
    "job.dismissed": _("dismissed a failed job"),
    "signal.bodies_removed": _("removed the raw bodies of old signals"),
    "upload.refused": _("was refused a file with a virus in it"),
    "backup.made": _("made a backup"),
    "backup.failed": _("could not make a backup"),
    "backup.tested": _("restored a backup to test it"),
    "backup.test_failed": _("found that a backup can't be restored"),
    "backup.restored": _("restored the data from a backup"),
}
NOTICES: Mapping[str, Any] = {"operations.alert": _("Operations need a look")}
RULES: Mapping[str, Any] = {
    **{f"alert.{code}": words for code, words in TITLES.items()},
    "alert.value": _("seen:"),
    "alert.limit": _("limit:"),
    "retention": _("the time for which it is kept is over"),
    "backup": _("Backup command"),
    "restore": _("Restore command"),
}

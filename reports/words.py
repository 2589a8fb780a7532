"""Words for the log's entries about reports, and for their notifications."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

VERBS: Mapping[str, Any] = {"report.exported": _("exported a report")}
NOTICES: Mapping[str, Any] = {}

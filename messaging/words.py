"""Words of messaging: log entries and notifications."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

VERBS: Mapping[str, Any] = {
    "signal.failed": _("could not read a raw signal"),
    "signal.retried": _("read a raw signal again"),
    "message.replayed": _("read a message again with the present rules"),
}
NOTICES: Mapping[str, Any] = {
    "signal.failed": _("A raw signal needs a person"),
}

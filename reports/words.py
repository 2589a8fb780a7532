"""Words for the log's entries about reports, and for their notifications."""

from collections.abc import Mapping
from typing import Any

VERBS: Mapping[str, Any] = {}
NOTICES: Mapping[str, Any] = {}

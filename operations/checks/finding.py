"""What a check says, and how long it must hold."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from operations.models import Alert

WARNING, CRITICAL = Alert.Level.WARNING, Alert.Level.CRITICAL


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A condition that holds now. `figures`: value, limit and what the sentence needs."""

    code: str
    level: Alert.Level = WARNING
    subject: str = ""
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """A function of the time that returns findings, and the codes that it may find.

    A finding is announced when it was seen for `hold` seconds, and over when it was not seen for
    `calm` seconds: neither a moment's peak nor one good moment changes anything.
    """

    run: Callable[[datetime], Iterable[Finding]]
    codes: tuple[str, ...]
    hold: float = 10
    calm: float = 60

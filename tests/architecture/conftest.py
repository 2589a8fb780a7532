"""The walks through all doors call more often than anybody may."""

import pytest

from crm_project.kit import limits
from crm_project.kit.api import throttling


@pytest.fixture(autouse=True)
def _walk_as_often_as_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits are tested where they belong: tests/kit/test_throttle.py, test_export_limit.py."""
    monkeypatch.setattr(throttling, "ANONYMOUS", 100_000)
    monkeypatch.setattr(throttling, "SIGNED_IN", 100_000)
    monkeypatch.setattr(limits, "EXPORTS_AN_HOUR", 1_000)

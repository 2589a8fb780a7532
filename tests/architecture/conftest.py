"""The walks through all doors call more often than anybody may, and read what documents say."""

from contextlib import suppress
from typing import Any

import pytest

from crm_project.kit import limits
from crm_project.kit.api import throttling


@pytest.fixture(autouse=True)
def _walk_as_often_as_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits are tested where they belong: tests/kit/test_throttle.py, test_export_limit.py."""
    monkeypatch.setattr(throttling, "ANONYMOUS", 100_000)
    monkeypatch.setattr(throttling, "SIGNED_IN", 100_000)
    monkeypatch.setattr(limits, "EXPORTS_AN_HOUR", 1_000)


class Unlaid:
    """A document as its words: quickly made, and a word of another branch in it is found."""

    def __init__(self, *, string: str, **_more: Any) -> None:
        self.string = string

    def write_pdf(self, **_more: Any) -> bytes:
        return b"%PDF-" + self.string.encode()


@pytest.fixture(autouse=True)
def _documents_are_not_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """How they look is tested in tests/orders/test_documents.py and tests/reports."""
    with suppress(OSError):  # no Pango here: documents are refused
        monkeypatch.setattr("weasyprint.HTML", Unlaid)

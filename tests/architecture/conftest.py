"""The walks through all doors call more often than anybody may, and read what documents say."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction

from crm_project.kit import limits
from crm_project.kit.api import throttling
from tests import factories
from tests.architecture.world import Side, make_side


@pytest.fixture(autouse=True)
def _walk_as_often_as_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits are tested where they belong: tests/kit/test_throttle.py, test_export_limit.py."""
    monkeypatch.setattr(throttling, "ANONYMOUS", 100_000)
    monkeypatch.setattr(throttling, "SIGNED_IN", 100_000)
    monkeypatch.setattr(limits, "EXPORTS_AN_HOUR", 1_000)


@pytest.fixture(autouse=True)
def _nobody_asks_for_contexts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The test client would copy the context of every part of every page."""
    monkeypatch.setattr("django.test.client.store_rendered_templates", lambda *_a, **_k: None)


@pytest.fixture(scope="module")
def _built(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Side, Side]]:
    """Two branches built once for all walks of a file, each of which is a savepoint after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        factories.make_company()
        yield make_side("aaa"), make_side("bbb")
        transaction.set_rollback(True)


@pytest.fixture
def sides(_built: tuple[Side, Side], db: None) -> tuple[Side, Side]:
    """What a test does to their rows ends with it; it changes none of these objects."""
    return _built


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

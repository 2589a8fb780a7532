"""Imports from end to end: a file goes in, its jobs run, what became of it comes out."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from customers.resources import CustomerResource
from exchange import registry, services, tasks
from exchange.models import Batch
from inventory.resources import ProductResource


@pytest.fixture(autouse=True)
def _resources(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """What can be imported, and a folder for files that goes with the test."""
    monkeypatch.setattr(registry, "_SOURCE", [lambda: [CustomerResource(), ProductResource()]])
    settings.MEDIA_ROOT = tmp_path


def uploaded(
    actor: Any,
    branch: Any,
    content: bytes,
    *,
    name: str = "people.csv",
    resource: str = "customers",
) -> Batch:
    """A batch whose file is read."""
    kind = registry.resources()[resource]
    file = SimpleUploadedFile(name, content)
    return services.upload_file(file, resource=kind, branch=branch, actor=actor)


def mapped(batch: Batch, *, mapping: Any = None, **choices: Any) -> Batch:
    """The batch with its columns chosen: as proposed, changed by `mapping` (column → field)."""
    resource = registry.resources()[batch.resource]
    proposal, _saved = services.proposal_of(batch, resource=resource, actor=batch.owner)
    chosen = {guess.position: guess.field for guess in proposal}
    names = {guess.column: guess.position for guess in proposal}
    chosen.update({names[column]: code for column, code in (mapping or {}).items()})
    wanted = services.Choices(mapping=chosen, **choices)
    return services.choose_columns(batch, wanted, resource=resource, actor=batch.owner)


@pytest.fixture
def check(run_jobs: Any) -> Any:
    """Try a batch out."""

    def run(batch: Batch, **choices: Any) -> Batch:
        mapped(batch, **choices)
        services.start_check(batch, step=tasks.check_batch)
        run_jobs()
        batch.refresh_from_db()
        return batch

    return run


@pytest.fixture
def bring_in(check: Any, run_jobs: Any, riyadh: Any) -> Any:
    """Import a file the whole way; returns the finished batch."""

    def run(actor: Any, content: bytes, *, name: str = "people.csv", **choices: Any) -> Batch:
        resource = choices.pop("resource", "customers")
        batch = check(uploaded(actor, riyadh, content, name=name, resource=resource), **choices)
        assert batch.status == Batch.Status.CHECKED, batch.fault
        services.start_import(batch, step=tasks.import_batch, actor=actor)
        run_jobs()
        batch.refresh_from_db()
        return batch

    return run


@pytest.fixture
def take_back(run_jobs: Any) -> Any:
    """Undo a batch."""

    def run(batch: Batch) -> Batch:
        services.start_undo(batch, step=tasks.undo_batch, actor=batch.owner)
        run_jobs()
        batch.refresh_from_db()
        return batch

    return run

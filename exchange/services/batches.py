"""An import from upload to its start: file, columns, choices. The work itself is in `running`."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Branch, User
from accounts.services import check_upload, record
from crm_project.kit.jobs import Task, enqueue
from crm_project.kit.text import normalise
from exchange.errors import CannotUndo, FileForgotten, MappingIncomplete, UnreadableFile, WrongState
from exchange.mapping import Guess, guess_mapping, header_hash
from exchange.models import Batch, SavedMapping
from exchange.readers import Reading, sniff
from exchange.resource import Resource

from .running import by_choice

LARGEST_FILE = 100 * 1024 * 1024  # bytes
UNSTARTED = (Batch.Status.UPLOADED, Batch.Status.CHECKED)
RUNNING = (Batch.Status.CHECKING, Batch.Status.IMPORTING)


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a person decided: column position → field code ("" leaves it out), and the rest."""

    mapping: Mapping[int, str]
    on_duplicate: str = Batch.OnDuplicate.SKIP
    options: Mapping[str, Any] = field(default_factory=dict)
    remember_as: str = ""


def upload_file(upload: UploadedFile, *, resource: Resource, branch: Branch, actor: User) -> Batch:
    """Keep the file and look at it. Errors: UnreadableFile, those of check_upload (nothing is kept)."""
    name = Path(upload.name or "").name[:200]
    size = upload.size or 0
    if not 0 < size <= LARGEST_FILE:
        raise UnreadableFile
    check_upload(upload, actor=actor, field="file")
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    batch = Batch(
        resource=resource.code,
        branch=branch,
        owner=actor,
        file_name=name,
        file_bytes=size,
        file_hash=digest.hexdigest(),
    )
    upload.seek(0)
    batch.file.save(f"{digest.hexdigest()[:16]}{Path(name).suffix[:8]}", upload, save=False)
    try:
        _look(batch, {})
        with transaction.atomic():
            batch.save()
            record(actor, "import.uploaded", batch, changes={"file": [None, name]})
    except Exception:
        batch.file.delete(save=False)
        raise
    return batch


def read_again(batch: Batch, chosen: Mapping[str, Any]) -> Batch:
    """Read the file in another encoding, with another delimiter, sheet or heading."""
    _look(batch, {**batch.reading, **chosen})
    changed = Batch.objects.filter(pk=batch.pk, status__in=UNSTARTED).update(
        reading=batch.reading,
        columns=batch.columns,
        mapping={},
        row_count=0,
        status=Batch.Status.UPLOADED,
    )
    if not changed:
        raise WrongState
    return batch


def _look(batch: Batch, chosen: Mapping[str, Any]) -> None:
    reading = sniff(batch.path, batch.file_name, chosen=dict(chosen))
    batch.reading = reading.stored()
    batch.columns = [
        {"name": column, "samples": list(samples)}
        for column, samples in zip(reading.columns, reading.samples, strict=True)
    ]


def reading_of(batch: Batch) -> Reading:
    """Return how the batch's file is read, with its columns and samples."""
    plain = Reading.from_stored(batch.reading)
    return Reading(
        **{
            **{name: getattr(plain, name) for name in plain.stored()},
            "columns": tuple(column["name"] for column in batch.columns),
            "samples": tuple(tuple(column["samples"]) for column in batch.columns),
        }
    )


def proposal_of(
    batch: Batch, *, resource: Resource, actor: User
) -> tuple[list[Guess], SavedMapping | None]:
    """Return what is proposed for every column, and the remembered mapping it comes from."""
    reading = reading_of(batch)
    saved = SavedMapping.objects.filter(
        resource=batch.resource, header_hash=header_hash(reading.columns)
    ).first()
    return guess_mapping(reading, resource.fields(actor), saved), saved


@transaction.atomic
def choose_columns(batch: Batch, choices: Choices, *, resource: Resource, actor: User) -> Batch:
    """Store which column goes where. Errors: MappingIncomplete, WrongState once it runs."""
    fields = {one.code: one for one in resource.fields(actor)}
    chosen = {place: code for place, code in choices.mapping.items() if code}
    used = list(chosen.values())
    if not chosen or not set(used) <= set(fields):
        raise MappingIncomplete
    for code, one in fields.items():
        if used.count(code) > 1 and not one.is_many:
            raise MappingIncomplete(
                _("Two columns go to %(field)s. Choose one of them.") % {"field": one.label}
            )
        if one.is_required and code not in used:
            raise MappingIncomplete(_("%(field)s has no column yet.") % {"field": one.label})
    if not all(0 <= place < len(batch.columns) for place in chosen):
        raise MappingIncomplete
    mapping = {str(place): code for place, code in chosen.items()}
    changed = Batch.objects.filter(pk=batch.pk, status__in=UNSTARTED).update(
        mapping=mapping,
        options=dict(choices.options),
        on_duplicate=choices.on_duplicate,
        status=Batch.Status.UPLOADED,
    )
    if not changed:
        raise WrongState
    if choices.remember_as:
        _remember(batch, choices, actor)
    batch.refresh_from_db()
    return batch


def _remember(batch: Batch, choices: Choices, actor: User) -> None:
    names = [column["name"] for column in batch.columns]
    SavedMapping.objects.update_or_create(
        resource=batch.resource,
        header_hash=header_hash(names),
        defaults={
            "name": choices.remember_as[:80],
            "fields": {
                normalise(name): choices.mapping.get(place, "") for place, name in enumerate(names)
            },
            "options": dict(choices.options),
            "owner": actor,
            "used_at": timezone.now(),
        },
    )


def start_check(batch: Batch, *, step: Task) -> None:
    """Queue the trial run, which writes nothing but what it found.

    Errors: WrongState, MappingIncomplete.
    """
    _start(batch, Batch.Status.CHECKING, UNSTARTED, step)


def start_import(batch: Batch, *, step: Task, actor: User) -> None:
    """Queue the import of a batch that was tried. Errors: WrongState."""
    with transaction.atomic():
        _start(batch, Batch.Status.IMPORTING, (Batch.Status.CHECKED,), step)
        record(actor, "import.started", batch)


def start_undo(batch: Batch, *, step: Task, actor: User) -> None:
    """Queue taking the import back. Errors: CannotUndo."""
    done = (Batch.Status.DONE, Batch.Status.FAILED, Batch.Status.CANCELLED)
    with transaction.atomic():
        try:
            _start(batch, Batch.Status.UNDOING, done, step)
        except WrongState as error:
            raise CannotUndo from error
        record(actor, "import.undo_started", batch)


@transaction.atomic
def _start(batch: Batch, status: str, allowed: tuple[str, ...], step: Task) -> None:
    if not batch.mapping:
        raise MappingIncomplete
    if status != Batch.Status.UNDOING and not batch.file:
        raise FileForgotten
    names = ("created", "updated", "skipped", "failed", "repeated", "resumed", "kept")
    zero = {f"{name}_count": 0 for name in names}
    fresh = zero if status != Batch.Status.UNDOING else {}  # an undo that stopped goes on counting
    mine = Batch.objects.filter(pk=batch.pk, status__in=allowed).exclude(mapping={})
    changed = mine.update(
        status=status, rows_done=0, started_at=timezone.now(), finished_at=None, fault="", **fresh
    )
    if not changed:
        raise WrongState
    if status != Batch.Status.UNDOING:
        batch.errors.all().delete()
    enqueue(step, batch_id=batch.pk)


@transaction.atomic
def choose_on_duplicate(batch: Batch, on_duplicate: str) -> Batch:
    """Decide again about rows that exist already, after the trial run. Errors: WrongState."""
    good = batch.created_count + batch.updated_count + batch.skipped_count
    counts = by_choice(good, batch.repeated_count, on_duplicate)
    changed = Batch.objects.filter(pk=batch.pk, status=Batch.Status.CHECKED).update(
        on_duplicate=on_duplicate, **counts
    )
    if not changed:
        raise WrongState
    batch.refresh_from_db()
    return batch


@transaction.atomic
def start_again(batch: Batch) -> None:
    """Go back to the columns of a batch that stopped before anything was written.

    Errors: WrongState, FileForgotten.
    """
    stopped = (Batch.Status.FAILED, Batch.Status.CANCELLED, Batch.Status.CHECKED)
    if batch.changes.exists():
        raise WrongState
    if not batch.file:
        raise FileForgotten
    changed = Batch.objects.filter(pk=batch.pk, status__in=stopped).update(
        status=Batch.Status.UPLOADED, rows_done=0, fault=""
    )
    if not changed:
        raise WrongState


@transaction.atomic
def cancel_batch(batch: Batch, *, actor: User) -> None:
    """Stop a batch after its present chunk; what was imported stays until it is undone."""
    changed = Batch.objects.filter(pk=batch.pk, status__in=(*UNSTARTED, *RUNNING)).update(
        status=Batch.Status.CANCELLED, finished_at=timezone.now()
    )
    if not changed:
        raise WrongState
    record(actor, "import.cancelled", batch)

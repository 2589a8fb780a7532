"""Deleting pictures that no visit has any more.

One is left when a process ends between keeping a picture and writing its row, or between deleting
the row and the picture: nobody would ever see or delete it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.core.files.storage import Storage
from django.utils import timezone

from inspections.models import InspectionPhoto, InspectionSignature

log = structlog.get_logger(__name__)
UNCLAIMED = timedelta(days=1)  # a picture has its row within moments, or never
AT_ONCE = 500  # pictures of one sweep
COLUMNS = (
    (InspectionPhoto, "image"),
    (InspectionPhoto, "thumbnail"),
    (InspectionSignature, "image"),
)


def forget_orphans() -> int:
    """Delete pictures without a row that are older than a day. Returns how many went."""
    kept: Any = InspectionPhoto._meta.get_field("image")
    folder, storage = str(kept.upload_to), kept.storage
    try:
        _folders, names = storage.listdir(folder)
    except FileNotFoundError:  # there was never a picture
        return 0
    known, since = set(_known()), timezone.now() - UNCLAIMED
    paths = (f"{folder}{name}" for name in names)
    lost = [path for path in paths if path not in known and _written_at(storage, path) < since]
    for path in lost[:AT_ONCE]:
        storage.delete(path)
        log.warning("picture_without_visit", file=path)
    return len(lost[:AT_ONCE])


def _known() -> Iterator[str]:
    for model, column in COLUMNS:
        yield from model._default_manager.values_list(column, flat=True).iterator()


def _written_at(storage: Storage, path: str) -> datetime:
    """When the file was written; now for one that has gone meanwhile."""
    try:
        return storage.get_modified_time(path)
    except FileNotFoundError:
        return timezone.now()

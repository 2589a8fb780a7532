"""Every uploaded file is looked at before anything reads it (SECURITY.md IN-5)."""

from threading import Thread
from typing import IO, Any

from django.db import connection

from accounts.models import Activity, User
from crm_project.kit.scanner import FileInfected, scan

from .activity import entry


def check_upload(upload: IO[bytes] | Any, *, actor: User | None, field: str) -> None:
    """Refuse a file in which the virus scanner finds something, and log the refusal.

    Without settings.UPLOAD_SCANNER nothing is asked. The file is left at its beginning.
    Errors: FileInfected, ScannerUnavailable, naming the field.
    """
    try:
        scan(upload, field=field)
    except FileInfected as error:
        name = str(getattr(upload, "name", None) or "")[:200]
        changes = {"file": [None, name], "found": [None, error.found]}
        _keep(entry(actor, "upload.refused", changes=changes))
        raise


def _keep(made: Activity) -> None:
    """Write an entry that stays although the refusal undoes its caller's transaction."""
    if connection.in_atomic_block:
        writer = Thread(target=_on_own_connection, args=[made], name="refusal")
        writer.start()
        writer.join()
    else:
        made.save(force_insert=True)


def _on_own_connection(made: Activity) -> None:
    try:
        made.save(force_insert=True)
    finally:
        connection.close()

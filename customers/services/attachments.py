"""Files about a customer. The name on the disk is random; nothing outside serves them."""

import hashlib
import re
import secrets
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import check_upload, record
from crm_project.kit.live import branch_group, tell_once
from crm_project.kit.text import strip_controls
from customers.errors import TooManyFiles
from customers.models import Attachment, Customer
from customers.sniffing import EXTENSIONS, content_type_of

from .timeline import TimelineLine, add_to_timeline

FILES_CHANGED = "files-changed"
MOST_FILES = 500  # of one customer
_UNSAFE = re.compile(r'[\\/:*?"<>|\r\n\t]+')
_LONGEST_NAME = 150  # characters


def add_attachment(customer: Customer, upload: UploadedFile, *, actor: User | None) -> Attachment:
    """Keep a file; the same file under the same name again is the one that is there.

    Errors: BadFile for an empty, too large or refused kind of file; TooManyFiles; those of
    check_upload.
    """
    size = upload.size or 0
    kind = content_type_of(upload, size=size)  # type: ignore[arg-type]
    check_upload(upload, actor=actor, field="file")
    name, digest = safe_name(upload.name or "", kind), _digest(upload)
    attachment = None
    try:
        with transaction.atomic():
            locked = Customer.objects.select_for_update(of=("self",)).get(pk=customer.pk)
            known = locked.attachments.filter(removed_at=None)
            if same := known.filter(sha256=digest, name=name).first():
                return same
            if known.count() >= MOST_FILES:
                raise TooManyFiles(field="file")
            attachment = Attachment(
                customer=locked, name=name, content_type=kind, size=size, sha256=digest
            )
            attachment.uploaded_by = actor
            upload.seek(0)
            attachment.file.save(secrets.token_hex(20), upload, save=False)
            attachment.save(force_insert=True)
            _told(attachment, "customer.file_added", [None, name], actor)
            add_to_timeline([_line(attachment)])
    except BaseException:
        if attachment and attachment.file.name:
            with suppress(OSError):
                attachment.file.storage.delete(attachment.file.name)
        raise
    return attachment


@transaction.atomic
def remove_attachment(attachment: Attachment, *, actor: User) -> None:
    """Take a file away; it can be brought back. Safe to run twice."""
    rows = Attachment.objects.filter(pk=attachment.pk, removed_at=None)
    if rows.update(removed_at=timezone.now()):
        _told(attachment, "customer.file_removed", [attachment.name, None], actor)


@transaction.atomic
def restore_attachment(attachment: Attachment, *, actor: User) -> None:
    """Bring a removed file back. Safe to run twice."""
    rows = Attachment.objects.filter(pk=attachment.pk, removed_at__isnull=False)
    if rows.update(removed_at=None):
        _told(attachment, "customer.file_restored", [None, attachment.name], actor)


def safe_name(written: str, kind: str) -> str:
    """Return a file name for people that fits the content and means nothing to a system.

    >>> safe_name("../../عقد.pdf", "application/pdf"), safe_name("x.html", "text/plain")
    ('عقد.pdf', 'x.html.txt')
    """
    name = PurePosixPath(strip_controls(written[:2000]).replace("\\", "/")).name
    name = " ".join(_UNSAFE.sub(" ", name).split()).strip(". ") or str(_("File"))
    endings = EXTENSIONS.get(kind, ())
    if endings and not name.lower().endswith(endings):
        return f"{name[: _LONGEST_NAME - len(endings[0])]}{endings[0]}"
    if len(name) > _LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        return f"{stem[: _LONGEST_NAME - len(ending) - 1]}{dot}{ending}"
    return name


def _digest(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _line(attachment: Attachment) -> TimelineLine:
    return TimelineLine(
        customer_id=attachment.customer_id,
        kind="file",
        source=f"file:{attachment.pk}",
        text=attachment.name,
        actor=attachment.uploaded_by,
    )


def _told(attachment: Attachment, verb: str, pair: list[Any], actor: User | None) -> None:
    customer = attachment.customer
    record(actor, verb, customer, changes={"file": pair})
    tell_once({branch_group(None), branch_group(customer.branch_id)}, FILES_CHANGED)

"""Photos and the signature of a visit. A piece that comes twice is stored once."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import IO
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import check_upload, record
from crm_project.kit.text import strip_controls
from inspections.checklist import Kind
from inspections.errors import AnswerRefused, TooManyPhotos, WrongState
from inspections.models import Inspection, InspectionPhoto, InspectionSignature

from .answers import OPEN
from .doors import tell_pages
from .pictures import read_picture, read_signature

MOST_PHOTOS = 100


@dataclass(frozen=True, kw_only=True)
class NewPhoto:
    """A photo as the phone sends it; `client_id` was made there and is its identity."""

    client_id: UUID
    upload: IO[bytes]
    size: int
    item_id: int | None = None
    caption: str = ""
    taken_at: datetime | None = None


def add_photo(inspection: Inspection, new: NewPhoto, *, actor: User) -> InspectionPhoto:
    """Store a photo, made anew without its metadata; the same client id again gives the same one.

    Its location is kept only when the type of inspection says so. Errors: UnreadablePhoto,
    TooManyPhotos, WrongState, AnswerRefused for an item that is not of this checklist.
    """
    if known := _known(inspection, new):
        return known
    if inspection.status not in OPEN:
        raise WrongState
    _check_item(inspection, new.item_id)
    check_upload(new.upload, actor=actor, field="photo")
    picture = read_picture(new.upload, new.size)
    keeps_place = inspection.type.keeps_photo_location
    photo = InspectionPhoto(
        inspection=inspection,
        item_id=new.item_id,
        client_id=new.client_id,
        caption=strip_controls(new.caption)[:200],
        latitude=picture.latitude if keeps_place else None,
        longitude=picture.longitude if keeps_place else None,
        taken_at=min(new.taken_at or timezone.now(), timezone.now()),
        actor=actor,
    )
    name = get_random_string(24).lower()
    photo.image.save(f"{name}.jpg", ContentFile(picture.image), save=False)
    photo.thumbnail.save(f"{name}-s.jpg", ContentFile(picture.thumbnail), save=False)
    try:
        return _store(inspection, photo, actor)
    except (IntegrityError, TooManyPhotos, WrongState):
        photo.image.delete(save=False)
        photo.thumbnail.delete(save=False)
        if known := _known(inspection, new):  # sent twice at the same moment
            return known
        raise


def _known(inspection: Inspection, new: NewPhoto) -> InspectionPhoto | None:
    known = InspectionPhoto.objects.filter(client_id=new.client_id).first()
    if known and known.inspection_id != inspection.pk:
        raise AnswerRefused(_("This photo's id belongs to another inspection."))
    return known


def _check_item(inspection: Inspection, item_id: int | None) -> None:
    if item_id is None:
        return
    items = inspection.type.items.filter(pk=item_id, kind=Kind.PHOTO)
    if not 0 < item_id < 2**63 or not items.exists():
        raise AnswerRefused(_("This item isn't part of the checklist."))


@transaction.atomic
def _store(inspection: Inspection, photo: InspectionPhoto, actor: User) -> InspectionPhoto:
    locked = Inspection.objects.select_for_update().get(pk=inspection.pk)
    if locked.status not in OPEN:
        raise WrongState
    if locked.photos.count() >= MOST_PHOTOS:
        raise TooManyPhotos
    photo.save()
    record(actor, "inspection.photo_added", locked, changes={"photo": [None, photo.pk]})
    tell_pages(locked)
    return photo


@transaction.atomic
def remove_photo(photo: InspectionPhoto, *, actor: User) -> None:
    """Take a photo away while the visit is open. Errors: WrongState."""
    locked = Inspection.objects.select_for_update().get(pk=photo.inspection_id)
    if locked.status not in OPEN:
        raise WrongState
    stored = [photo.image, photo.thumbnail]
    record(actor, "inspection.photo_removed", locked, changes={"photo": [photo.pk, None]})
    photo.delete()
    for file in stored:
        transaction.on_commit(partial(file.storage.delete, str(file.name)))
    tell_pages(locked)


@dataclass(frozen=True, kw_only=True)
class NewSignature:
    """A drawn signature with the signer's name, or the reason why there is none."""

    upload: IO[bytes] | None = None
    size: int = 0
    signed_by: str = ""
    missing_reason: str = ""
    signed_at: datetime | None = None


@transaction.atomic
def sign_inspection(
    inspection: Inspection, new: NewSignature, *, actor: User
) -> InspectionSignature:
    """Store the signature, or why it is missing; the latest one counts.

    Errors: UnreadablePhoto, WrongState, AnswerRefused when there is neither.
    """
    if new.upload:
        check_upload(new.upload, actor=actor, field="signature")
    locked = Inspection.objects.select_for_update().get(pk=inspection.pk)
    when = min(new.signed_at or timezone.now(), timezone.now())
    known = InspectionSignature.objects.filter(inspection=locked).first()
    if known and known.signed_at >= when:
        return known  # overtaken by a later one, or the same once more
    if locked.status not in OPEN:
        raise WrongState
    reason = strip_controls(new.missing_reason).strip()[:200]
    if not new.upload and not reason:
        raise AnswerRefused(_("Sign, or say why there is no signature."))
    signature = known or InspectionSignature(inspection=locked)
    replaced = str(signature.image.name or "")
    signature.signed_by = strip_controls(new.signed_by).strip()[:120]
    signature.missing_reason, signature.signed_at = ("" if new.upload else reason), when
    signature.image = ""
    if new.upload:
        drawn = ContentFile(read_signature(new.upload, new.size))
        signature.image.save(f"{get_random_string(24).lower()}.png", drawn, save=False)
    signature.save()
    if replaced:
        transaction.on_commit(partial(signature.image.storage.delete, replaced))
    record(actor, "inspection.signed", locked, changes={"signed": [bool(known), True]})
    tell_pages(locked)
    return signature

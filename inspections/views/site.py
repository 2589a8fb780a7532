"""The page at the site: it works on a phone without a connection and sends once when it is back.

Its doors take JSON and multipart from static/js/site-visit.js; every piece carries an identity made
on the phone, so that a piece sent twice is stored once.
"""

import json
from abc import ABC, abstractmethod
from base64 import b64encode
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from crm_project.kit.api.parsers import MAXIMUM_BYTES, check_json
from crm_project.kit.errors import BusinessError
from crm_project.kit.text import whole_number
from customers.masking import PHONE, VISIBLE
from inspections import permissions
from inspections.checklist import lines_of, sections_of
from inspections.errors import AnswerRefused, UnreadablePhoto
from inspections.models import Inspection, InspectionPhoto, InspectionSignature
from inspections.services import (
    NewAnswer,
    NewPhoto,
    NewSignature,
    add_photo,
    complete_inspection,
    remove_photo,
    save_answers,
    set_out,
    sign_inspection,
    start_inspection,
)
from inspections.services.answers import MOST, OPEN
from inspections.services.pictures import MEDIA_TYPES

from .reach import InspectionView

Status = Inspection.Status


class SiteView(InspectionView):
    """The checklist with what is known so far. Over: the inspection's own page."""

    permission_required = permissions.CARRY_OUT

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        inspection = self.inspection(pk)
        if inspection.status not in OPEN:
            return redirect(inspection.get_absolute_url())
        lines = lines_of(inspection)
        can_call = self.me.sees_field(PHONE) == VISIBLE and inspection.customer.phone
        context = {
            "inspection": inspection,
            "sections": sections_of(lines),
            "done": sum(line.is_done for line in lines),
            "total": len(lines),
            "signature": InspectionSignature.objects.visible_to(self.me)
            .filter(inspection=inspection)
            .first(),
            "loose_photos": inspection.photos.filter(item=None),
            "outcomes": Inspection.Outcome.choices,
            "media_types": MEDIA_TYPES,
            "call_url": f"tel:{inspection.customer.phone}" if can_call else "",
            "device_key": _device_key(self.me.pk),
        }
        return self.show(inspection.branch, "inspections/site.html", context)


def _device_key(user_id: int) -> str:
    """What the device seals a person's unsent pieces with: 256 bits in Base64, always the same."""
    digest = salted_hmac("inspections.site", str(user_id), algorithm="sha256").digest()
    return b64encode(digest).decode()


class _Door(InspectionView, ABC):
    """A door of the page: refusals are JSON with a code and a sentence."""

    permission_required = permissions.CARRY_OUT
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> JsonResponse:
        inspection = self.inspection(pk)
        try:
            return JsonResponse(self.take(inspection, request))
        except BusinessError as error:
            body: dict[str, Any] = {"code": error.code, "detail": str(error.message)}
            if missing := getattr(error, "missing", ()):
                body["missing"] = list(missing)
            return JsonResponse(body, status=error.http_status)

    @abstractmethod
    def take(self, inspection: Inspection, request: HttpRequest) -> dict[str, Any]:
        """Do what was sent; return the answer."""


class AnswersDoor(_Door):
    """A batch of answers."""

    def take(self, inspection: Inspection, request: HttpRequest) -> dict[str, Any]:
        sent = read_json(request).get("answers")
        if not isinstance(sent, list) or len(sent) > MOST:
            raise AnswerRefused
        outcome = save_answers(inspection, [_answer(one) for one in sent], actor=self.me)
        return {"saved": outcome.saved, "refused": outcome.refused}


class PhotosDoor(_Door):
    """One photo, or that one was taken away whose answer had not come back."""

    def take(self, inspection: Inspection, request: HttpRequest) -> dict[str, Any]:
        if request.POST.get("is_removed"):
            return self._take_away(inspection, _uuid(request.POST.get("client_id", "")))
        upload = request.FILES.get("photo")
        if upload is None:
            raise UnreadablePhoto(field="photo")
        new = NewPhoto(
            client_id=_uuid(request.POST.get("client_id", "")),
            upload=upload,  # type: ignore[arg-type]
            size=upload.size or 0,
            item_id=_id(request.POST.get("item") or None),
            caption=request.POST.get("caption", ""),
            taken_at=_moment(request.POST.get("taken_at")),
        )
        return photo_facts(add_photo(inspection, new, actor=self.me))

    def _take_away(self, inspection: Inspection, client_id: UUID) -> dict[str, Any]:
        if photo := inspection.photos.filter(client_id=client_id).first():
            remove_photo(photo, actor=self.me)
        return {"client_id": str(client_id)}


class SignatureDoor(_Door):
    """The signature as a PNG, or the reason why there is none."""

    def take(self, inspection: Inspection, request: HttpRequest) -> dict[str, Any]:
        upload = request.FILES.get("signature")
        new = NewSignature(
            upload=BytesIO(upload.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)) if upload else None,
            size=upload.size or 0 if upload else 0,
            signed_by=request.POST.get("signed_by", ""),
            missing_reason=request.POST.get("missing_reason", ""),
            signed_at=_moment(request.POST.get("signed_at")),
        )
        signature = sign_inspection(inspection, new, actor=self.me)
        return {"signed_at": signature.signed_at.isoformat(), "has_image": bool(signature.image)}


class StepDoor(_Door):
    """Setting out, beginning, completing; with the time of the phone when it was offline."""

    def take(self, inspection: Inspection, request: HttpRequest) -> dict[str, Any]:
        sent = read_json(request)
        step, at = sent.get("step"), _moment(sent.get("at"))
        if step == "set-out":
            set_out(inspection, actor=self.me, at=at)
        elif step == "start":
            start_inspection(inspection, actor=self.me, at=at)
        elif step == "finish":
            self._finish(inspection, sent, at)
        else:
            raise AnswerRefused
        return {"status": inspection.status, "url": inspection.get_absolute_url()}

    def _finish(self, inspection: Inspection, sent: dict[str, Any], at: datetime | None) -> None:
        outcome, note = sent.get("outcome"), sent.get("note", "")
        if outcome not in Inspection.Outcome.values or not isinstance(note, str):
            raise AnswerRefused(_("Say what came out of the inspection."))
        if inspection.status in (Status.SCHEDULED, Status.ON_THE_WAY):
            start_inspection(inspection, actor=self.me, at=_moment(sent.get("started_at")) or at)
        complete_inspection(
            inspection, actor=self.me, outcome=outcome, result_note=note[:4000], at=at
        )


class WorkerView(InspectionView):
    """The service worker, from its own path so that it reaches this page only."""

    permission_required = permissions.CARRY_OUT

    def get(self, request: HttpRequest) -> HttpResponse:
        path = finders.find("js/site-worker.js") or settings.STATIC_ROOT / "js/site-worker.js"
        with open(path, encoding="utf-8") as file:
            text = file.read()
        response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
        response["Cache-Control"] = "no-cache"
        response["Service-Worker-Allowed"] = reverse("inspections:site_root")
        return response


class SiteRootView(InspectionView):
    """The scope of the service worker; whoever comes here sees the own day."""

    permission_required = permissions.CARRY_OUT

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("inspections:my_day")


def photo_facts(photo: InspectionPhoto) -> dict[str, Any]:
    """What the page needs to show a stored photo."""
    return {
        "id": photo.pk,
        "client_id": str(photo.client_id),
        "url": reverse("inspections:photo", args=[photo.pk]),
        "thumbnail": reverse("inspections:photo_small", args=[photo.pk]),
        "remove": reverse("inspections:photo_remove", args=[photo.pk]),
    }


def read_json(request: HttpRequest) -> dict[str, Any]:
    """Return the body, an object without what cannot be stored. Errors: AnswerRefused."""
    if request.content_type != "application/json":
        raise AnswerRefused
    raw = request.body
    try:
        if len(raw) > MAXIMUM_BYTES:
            raise ValueError("too large")
        data = json.loads(raw.decode("utf-8"), parse_constant=_refuse)
        check_json(data)
    except (ValueError, RecursionError) as error:
        raise AnswerRefused from error
    if not isinstance(data, dict):
        raise AnswerRefused
    return data


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _answer(sent: Any) -> NewAnswer:
    if not isinstance(sent, dict):
        raise AnswerRefused
    value, note = sent.get("value", ""), sent.get("note", "")
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not isinstance(note, str):
        raise AnswerRefused
    item = _id(sent.get("item"))
    if item is None:
        raise AnswerRefused
    when = _moment(sent.get("answered_at")) or timezone.now()
    return NewAnswer(item_id=item, value=value, note=note, answered_at=when)


def _id(written: Any) -> int | None:
    if written is None:
        return None
    number = None if isinstance(written, bool) else whole_number(str(written))
    if number is None:
        raise AnswerRefused
    return number


def _uuid(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError as error:
        raise AnswerRefused(_("A photo needs an id of its own.")) from error


def _moment(written: Any) -> datetime | None:
    """Return a time with its zone (UTC where it has none), or None for nothing and nonsense."""
    if not isinstance(written, str):
        return None
    try:
        moment = parse_datetime(written[:40])
        if moment is None:
            return None
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None

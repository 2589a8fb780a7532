"""Photos and signatures, served to those who see the inspection, and taking photos away."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from crm_project.kit.htmx import redirect_to
from inspections import permissions
from inspections.models import Inspection, InspectionPhoto, InspectionSignature
from inspections.services import remove_photo

from .reach import InspectionView

KEPT = "private, max-age=86400, immutable"  # a stored picture never changes


class PhotoView(InspectionView):
    """One picture, large or small."""

    is_small = False

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        photo = get_object_or_404(InspectionPhoto.objects.visible_to(self.me), pk=pk)
        return picture(photo.thumbnail if self.is_small else photo.image, "image/jpeg")


class SignatureView(InspectionView):
    """The customer's signature."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        rows = InspectionSignature.objects.visible_to(self.me).exclude(image="")
        signature = get_object_or_404(rows, inspection_id=pk)
        response = picture(signature.image, "image/png")
        response["Cache-Control"] = "private, no-cache"  # it may be signed again
        return response


class PhotoRemoveView(InspectionView):
    """Takes a photo away while the visit is open."""

    permission_required = permissions.CARRY_OUT
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        reachable = Inspection.objects.visible_to(self.me, permissions.CARRY_OUT)
        seen = InspectionPhoto.objects.visible_to(self.me).select_related("inspection")
        photo = get_object_or_404(seen, pk=pk, inspection__in=reachable)
        remove_photo(photo, actor=self.me)  # files go when the transaction is through
        if request.headers.get("Accept", "").startswith("application/json"):
            return HttpResponse(status=204)
        return redirect_to(request, photo.inspection.get_absolute_url())


def picture(file: Any, kind: str) -> HttpResponseBase:
    """Return a stored picture that the browser takes for nothing else."""
    try:
        response = FileResponse(file.open("rb"), content_type=kind)
    except FileNotFoundError as error:
        raise Http404 from error
    response["Cache-Control"] = KEPT
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = "inline"
    return response

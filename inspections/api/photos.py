"""Photos of one inspection by API."""

from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from crm_project.kit.api.idempotency import IdempotentMixin
from crm_project.kit.api.renderers import FileRenderer
from inspections import permissions
from inspections.models import Inspection, InspectionPhoto
from inspections.services import NewPhoto, add_photo, remove_photo
from inspections.views.photos import picture

from .inputs import NewPhotoSerializer
from .serializers import PhotoSerializer


class PhotoViewSet(IdempotentMixin, mixins.ListModelMixin, GenericViewSet[InspectionPhoto]):
    """Photos of the inspection in the address; one out of reach is not there."""

    permissions_by_action = {
        "list": permissions.VIEW,
        "create": permissions.CARRY_OUT,
        "picture": permissions.VIEW,
        "destroy": permissions.CARRY_OUT,
    }
    parser_classes = [MultiPartParser]
    lookup_value_regex = "[0-9]{1,18}"
    queryset = InspectionPhoto.objects.none()
    serializer_class = PhotoSerializer
    orders = {"newest": ("-id",)}
    filter_backends: list[Any] = []

    def inspection(self) -> Inspection:
        """Return the inspection within the scope of the call. Raises Http404."""
        code = self.permissions_by_action[self.action]
        rows: Any = Inspection.objects.visible_to(self.request.user, code)  # type: ignore[arg-type]
        found: Inspection = get_object_or_404(
            rows.select_related("type"), pk=self.kwargs["inspection_pk"]
        )
        return found

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return InspectionPhoto.objects.none()
        rows: Any = InspectionPhoto.objects.visible_to(self.request.user)  # type: ignore[arg-type]
        return rows.filter(inspection=self.inspection())

    @extend_schema(request=NewPhotoSerializer, responses={201: PhotoSerializer})
    def create(self, request: Request, inspection_pk: str) -> Response:
        """Add a photo. Its client id makes a repeated call harmless."""
        inspection = self.inspection()
        given = NewPhotoSerializer(data=request.data, context=self.get_serializer_context())
        given.is_valid(raise_exception=True)
        data, caller = dict(given.validated_data), request.user
        upload = data.pop("photo")
        new = NewPhoto(upload=upload, size=upload.size, item_id=data.pop("item", None), **data)
        photo = add_photo(inspection, new, actor=caller)  # type: ignore[arg-type]
        return Response(self.get_serializer(photo).data, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, inspection_pk: str, pk: str) -> Response:
        """Take a photo away while the visit is open."""
        caller: Any = request.user
        remove_photo(self.get_object(), actor=caller)
        return Response(status=204)

    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"], renderer_classes=[FileRenderer])
    def picture(self, request: Request, inspection_pk: str, pk: str) -> HttpResponseBase:
        """The picture itself."""
        return picture(self.get_object().image, "image/jpeg")

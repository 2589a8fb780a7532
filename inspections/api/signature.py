"""The customer's signature of one inspection, by API."""

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from crm_project.kit.api.idempotency import IdempotentMixin
from crm_project.kit.api.parsers import StrictJSONParser
from inspections import permissions
from inspections.models import Inspection, InspectionSignature
from inspections.services import NewSignature, sign_inspection
from inspections.views.photos import picture

from .inputs import NewSignatureSerializer


class SignatureSerializer(serializers.ModelSerializer[InspectionSignature]):
    """Who signed and when, or why nobody did; the drawing is at `url`."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = InspectionSignature
        fields = ("signed_by", "missing_reason", "signed_at", "url")
        read_only_fields = fields

    def get_url(self, signature: InspectionSignature) -> str | None:
        """Where the drawing is; null where nobody signed."""
        if not signature.image:
            return None
        pk = signature.inspection_id
        return reverse("inspection-signature-picture", kwargs={"inspection_pk": pk})


class SignatureViewSet(IdempotentMixin, GenericViewSet[InspectionSignature]):
    """The one signature of the inspection in the address; without one there is nothing: 404."""

    permissions_by_action = {
        "retrieve": permissions.VIEW,
        "picture": permissions.VIEW,
        "create": permissions.CARRY_OUT,
    }
    parser_classes = [MultiPartParser, StrictJSONParser]
    serializer_class = SignatureSerializer
    filter_backends: list[Any] = []
    queryset = InspectionSignature.objects.none()

    def inspection(self) -> Inspection:
        """Return the inspection within the scope of the call. Raises Http404."""
        code = self.permissions_by_action[self.action]
        rows: Any = Inspection.objects.visible_to(self.request.user, code)  # type: ignore[arg-type]
        found: Inspection = get_object_or_404(rows, pk=self.kwargs["inspection_pk"])
        return found

    def get_object(self) -> InspectionSignature:
        """Return the signature. Raises Http404."""
        rows: Any = InspectionSignature.objects.visible_to(self.request.user)  # type: ignore[arg-type]
        found: InspectionSignature = get_object_or_404(rows, inspection=self.inspection())
        return found

    def retrieve(self, request: Request, inspection_pk: str) -> Response:
        """The signature, or why it is missing."""
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        request={"multipart/form-data": NewSignatureSerializer},
        responses={201: SignatureSerializer},
    )
    def create(self, request: Request, inspection_pk: str) -> Response:
        """Sign, or say why there is no signature, while the visit is open; the latest one counts."""
        inspection = self.inspection()
        given = NewSignatureSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data, caller = dict(given.validated_data), request.user
        upload = data.pop("signature", None)
        new = NewSignature(upload=upload, size=upload.size if upload else 0, **data)
        signature = sign_inspection(inspection, new, actor=caller)  # type: ignore[arg-type]
        return Response(self.get_serializer(signature).data, status=201)

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    def picture(self, request: Request, inspection_pk: str) -> HttpResponseBase:
        """The drawing itself."""
        signature = self.get_object()
        if not signature.image:
            raise Http404
        response = picture(signature.image, "image/png")
        response["Cache-Control"] = "private, no-cache"  # it may be signed again
        return response

"""Addresses and files of one customer, by API."""

from dataclasses import fields
from typing import Any, cast

from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import FileResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from crm_project.kit.api.fields import StrictSerializer, Text
from crm_project.kit.api.idempotency import IdempotentMixin
from crm_project.kit.api.renderers import FileRenderer
from customers.forms.places import checked_map_url
from customers.models import Address, Attachment
from customers.services import (
    AddressDraft,
    add_address,
    add_attachment,
    change_address,
    remove_address,
    remove_attachment,
)
from customers.views.files import file_response

from .dealings import OfCustomerViewSet


class CustomerAddressSerializer(serializers.ModelSerializer[Address]):
    """An address; the primary one is also the customer's `address` and `city`."""

    class Meta:
        model = Address
        fields = (
            *("id", "label", "line", "district", "city", "postal_code", "country"),
            *("map_url", "is_primary", "created_at"),
        )
        read_only_fields = fields


class CustomerAddressInputSerializer(StrictSerializer):
    """An address to add, or what to change of one."""

    line = Text(max_length=300)
    label = Text(  # type: ignore[assignment]
        max_length=40, required=False, allow_blank=True
    )
    district = Text(max_length=80, required=False, allow_blank=True)
    city = Text(max_length=80, required=False, allow_blank=True)
    postal_code = Text(max_length=12, required=False, allow_blank=True)
    country = serializers.RegexField("^[A-Z]{2}$", max_length=2, required=False)
    map_url = Text(max_length=500, required=False, allow_blank=True)
    is_primary = serializers.BooleanField(required=False)

    def validate_map_url(self, written: str) -> str:
        """Only https and http lead anywhere."""
        try:
            return checked_map_url(written)[:500]
        except DjangoValidationError as error:
            raise serializers.ValidationError(error.messages) from error


class AddressViewSet(IdempotentMixin, OfCustomerViewSet):
    """Addresses of one customer."""

    queryset = Address.objects.none()
    serializer_class = CustomerAddressSerializer
    orders = {"oldest": ("id",)}

    def get_queryset(self) -> Any:
        is_schema = getattr(self, "swagger_fake_view", False)
        return self.queryset if is_schema else self.customer().addresses.all()

    @extend_schema(
        request=CustomerAddressInputSerializer, responses={201: CustomerAddressSerializer}
    )
    def create(self, request: Request, customer_pk: str) -> Response:
        """Add an address; the first one is the primary one."""
        customer, given = self.given(CustomerAddressInputSerializer)
        draft = AddressDraft(**given.validated_data)
        return self.made(add_address(customer, draft, actor=cast(User, request.user)))

    @extend_schema(
        request=CustomerAddressInputSerializer, responses={200: CustomerAddressSerializer}
    )
    def partial_update(self, request: Request, customer_pk: str, pk: str) -> Response:
        """Change an address."""
        address = self.get_object()
        given = CustomerAddressInputSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        names = [field.name for field in fields(AddressDraft)]
        known = {name: getattr(address, name) for name in names}
        draft = AddressDraft(**{**known, **given.validated_data})
        changed = change_address(address, draft, actor=cast(User, request.user))
        return Response(self.get_serializer(changed).data)

    def destroy(self, request: Request, customer_pk: str, pk: str) -> Response:
        """Remove an address; another one becomes primary."""
        remove_address(self.get_object(), actor=cast(User, request.user))
        return Response(status=204)


class CustomerFileSerializer(serializers.ModelSerializer[Attachment]):
    """A file: `content_type` is told by its content, `size` is in bytes."""

    class Meta:
        model = Attachment
        fields = ("id", "name", "content_type", "size", "sha256", "uploaded_by", "created_at")
        read_only_fields = fields


class FileViewSet(IdempotentMixin, OfCustomerViewSet):
    """Files of one customer. The same file under the same name is kept once."""

    queryset = Attachment.objects.none()
    serializer_class = CustomerFileSerializer
    parser_classes = [MultiPartParser]

    def get_queryset(self) -> Any:
        is_schema = getattr(self, "swagger_fake_view", False)
        return self.queryset if is_schema else self.customer().attachments.filter(removed_at=None)

    @extend_schema(
        request={
            "multipart/form-data": inline_serializer(
                "NewCustomerFile", {"file": serializers.FileField(max_length=200)}
            )
        },
        responses={201: CustomerFileSerializer},
    )
    def create(self, request: Request, customer_pk: str) -> Response:
        """Keep a file of at most 20 MB: PDF, picture, office file, text, CSV or ZIP."""
        customer = self.customer()
        upload = request.FILES.get("file")
        if upload is None:
            raise serializers.ValidationError({"file": [_("Choose a file.")]})
        return self.made(add_attachment(customer, upload, actor=cast(User, request.user)))

    def destroy(self, request: Request, customer_pk: str, pk: str) -> Response:
        """Take a file away."""
        remove_attachment(self.get_object(), actor=cast(User, request.user))
        return Response(status=204)

    @extend_schema(responses={(200, "*/*"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"], renderer_classes=[FileRenderer])
    def download(self, request: Request, customer_pk: str, pk: str) -> FileResponse:
        """The file itself."""
        return file_response(self.get_object())

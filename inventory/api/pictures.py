"""Pictures of one product by API."""

from typing import Any

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from crm_project.kit.api.fields import StrictSerializer
from crm_project.kit.api.idempotency import IdempotentMixin
from crm_project.kit.api.parsers import StrictJSONParser
from crm_project.kit.api.renderers import FileRenderer
from inventory import permissions
from inventory.models import Product, ProductImage
from inventory.services import add_picture, choose_cover, remove_picture
from inventory.views.products import stored_picture

FILE = {(200, "image/webp"): OpenApiTypes.BINARY}


class ProductPictureSerializer(serializers.ModelSerializer[ProductImage]):
    """A picture, WebP: at `url` at most 1600 pixels long, at `thumbnail_url` at most 320."""

    is_cover = serializers.SerializerMethodField()
    url = serializers.SerializerMethodField()
    thumbnail_url = serializers.SerializerMethodField()

    class Meta:
        model = ProductImage
        fields = ("id", "is_cover", "position", "url", "thumbnail_url", "created_at")
        read_only_fields = fields

    def get_is_cover(self, image: ProductImage) -> bool:
        """Return True for the one that lists show."""
        return bool(image.product.cover_id == image.pk)

    def get_url(self, image: ProductImage) -> str:
        """Where the picture is."""
        return _address("product-picture-picture", image)

    def get_thumbnail_url(self, image: ProductImage) -> str:
        """Where the small one is."""
        return _address("product-picture-thumbnail", image)


def _address(name: str, image: ProductImage) -> str:
    return reverse(name, kwargs={"product_pk": image.product_id, "pk": image.pk})


class NewProductPictureSerializer(StrictSerializer):
    """A PNG, JPEG or WebP picture of at most 8 MB, sent as multipart."""

    image = serializers.FileField(max_length=200)


class PictureViewSet(IdempotentMixin, mixins.ListModelMixin, GenericViewSet[ProductImage]):
    """Pictures of the product in the address; nothing but the pixels of an upload is kept."""

    permissions_by_action = {
        **dict.fromkeys(("list", "picture", "thumbnail"), permissions.VIEW_PRODUCT),
        **dict.fromkeys(("create", "cover", "destroy"), permissions.CHANGE_PRODUCT),
    }
    parser_classes = [MultiPartParser, StrictJSONParser]
    lookup_value_regex = "[0-9]{1,18}"
    queryset = ProductImage.objects.none()
    serializer_class = ProductPictureSerializer
    orders = {"position": ("position", "id")}
    filter_backends: list[Any] = []

    def product(self) -> Product:
        """Return the product in the address, for what the call needs. Raises Http404."""
        code = self.permissions_by_action[self.action]
        rows = Product.objects.visible_to(self.request.user, code)
        found: Product = get_object_or_404(rows, pk=self.kwargs["product_pk"])
        return found

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        rows: Any = ProductImage.objects.visible_to(self.request.user)
        return rows.filter(product=self.product()).select_related("product")

    @extend_schema(
        request={"multipart/form-data": NewProductPictureSerializer},
        responses={201: ProductPictureSerializer},
    )
    def create(self, request: Request, product_pk: str) -> Response:
        """Add a picture; the first one becomes the cover."""
        product, caller = self.product(), request.user
        given = NewProductPictureSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        image = add_picture(product, given.validated_data["image"], actor=caller)  # type: ignore[arg-type]
        return Response(self.get_serializer(image).data, status=201)

    @extend_schema(request=None, responses={200: ProductPictureSerializer})
    @action(detail=True, methods=["post"])
    def cover(self, request: Request, product_pk: str, pk: str) -> Response:
        """Show this picture in lists."""
        choose_cover(self.get_object(), actor=request.user)  # type: ignore[arg-type]
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, product_pk: str, pk: str) -> Response:
        """Remove a picture; the next one becomes the cover."""
        remove_picture(self.get_object(), actor=request.user)  # type: ignore[arg-type]
        return Response(status=204)

    @extend_schema(responses=FILE)
    @action(detail=True, methods=["get"], renderer_classes=[FileRenderer])
    def picture(self, request: Request, product_pk: str, pk: str) -> FileResponse:
        """The picture itself."""
        return stored_picture(self.get_object().image)

    @extend_schema(responses=FILE)
    @action(detail=True, methods=["get"], renderer_classes=[FileRenderer])
    def thumbnail(self, request: Request, product_pk: str, pk: str) -> FileResponse:
        """The small one."""
        return stored_picture(self.get_object().thumbnail)

"""Saved views by API: a list's filters under a name, the own ones and those that the branch shares."""

from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import SavedView
from accounts.permissions import USE_ACCOUNT
from accounts.saved_lists import OWN
from accounts.services import saved_views
from crm_project.kit.api.fields import StrictSerializer, Text
from crm_project.kit.api.idempotency import IdempotentMixin


class SavedViewSerializer(serializers.ModelSerializer[SavedView]):
    """Filters and order of a list: `page` names the list, `query` is its query string."""

    class Meta:
        model = SavedView
        fields = ("id", "user", "page", "name", "query", "columns", "is_shared", "position")
        read_only_fields = fields


class NewSavedViewSerializer(StrictSerializer):
    """A view of one of the product's lists, such as `customers:list`."""

    page = serializers.CharField(max_length=60)
    name = Text(max_length=60)
    query = Text(max_length=1000, required=False, allow_blank=True, default="")
    is_shared = serializers.BooleanField(required=False, default=False)

    def validate_page(self, page: str) -> str:
        """Lists that exist."""
        try:
            reverse(page)
        except NoReverseMatch as error:
            raise serializers.ValidationError(_("There is no such list.")) from error
        return page


class SavedViewViewSet(IdempotentMixin, mixins.ListModelMixin, GenericViewSet[SavedView]):
    """The caller's own views and those shared in the branch; only own ones can be removed."""

    permissions_by_action = dict.fromkeys(("list", "create", "destroy"), USE_ACCOUNT)
    lookup_value_regex = "[0-9]{1,18}"
    serializer_class = SavedViewSerializer
    filter_backends: list[Any] = []
    orders = {"oldest": ("id",)}
    queryset = SavedView.objects.none()

    def get_queryset(self) -> Any:
        caller: Any = self.request.user
        rows = SavedView.objects.visible_to(caller).exclude(name=OWN)
        return rows.filter(user=caller) if self.action == "destroy" else rows

    @extend_schema(request=NewSavedViewSerializer, responses={201: SavedViewSerializer})
    def create(self, request: Request) -> Response:
        """Keep a list's filters under a name."""
        given = NewSavedViewSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        caller: Any = request.user
        view = saved_views.save_view(user=caller, **given.validated_data)
        return Response(self.get_serializer(view).data, status=201)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Remove an own view."""
        caller: Any = request.user
        saved_views.delete_view(self.get_object(), actor=caller)
        return Response(status=204)

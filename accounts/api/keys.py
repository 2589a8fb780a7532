"""Keys of integrations by API, for the people who keep them; the secret is said once."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.forms.keys import KeyForm
from accounts.models import Branch, IntegratorKey, User
from accounts.permissions import MANAGE_KEYS
from accounts.services import integrations, keys
from crm_project.kit.api.etags import ETagMixin
from crm_project.kit.api.fields import StrictSerializer, Text, VisibleRelatedField
from crm_project.kit.api.forms import checked
from crm_project.kit.api.idempotency import IdempotentMixin

from .by_people import ByPeople

DAYS = (90, 365)


class IntegratorKeySerializer(serializers.ModelSerializer[IntegratorKey]):
    """A key without its secret. Keys of one `integration` open the same, each its own scopes."""

    integration = serializers.IntegerField(source="user_id", read_only=True)
    integration_name = serializers.CharField(source="user.name", read_only=True)
    branch = serializers.IntegerField(source="user.branch_id", read_only=True, allow_null=True)
    branch_code = serializers.CharField(
        source="user.branch.code", read_only=True, default=None, allow_null=True
    )
    scopes = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = IntegratorKey
        fields: tuple[str, ...] = (
            *("id", "name", "prefix", "integration", "integration_name", "branch", "branch_code"),
            *("scopes", "created_by", "created_at", "expires_at", "last_used_at", "revoked_at"),
        )
        read_only_fields = fields


class MadeKeySerializer(IntegratorKeySerializer):
    """A new key with its secret. A repeated call has null there: make another key instead."""

    secret = serializers.CharField(allow_null=True)

    class Meta(IntegratorKeySerializer.Meta):
        fields = (*IntegratorKeySerializer.Meta.fields, "secret")
        read_only_fields = fields


class NewIntegratorKeySerializer(StrictSerializer):
    """A key for a new integration of a `branch`, or one more for an `integration` (to rotate)."""

    name = Text(max_length=80)
    integration = VisibleRelatedField(
        queryset=User.objects.filter(is_service=True, is_active=True), required=False
    )
    branch = VisibleRelatedField(queryset=Branch.objects.active(), required=False)
    scopes = serializers.ListField(
        child=serializers.CharField(max_length=80), allow_empty=False, max_length=200
    )
    days = serializers.ChoiceField(
        choices=DAYS, allow_null=True, default=365, help_text=_("Until it ends; null: never.")
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What the page refuses is refused here."""
        integration = attrs.get("integration")
        branch = attrs.get("branch") or (integration and integration.branch)
        if integration and branch != integration.branch:
            problem = _("The integration belongs to another branch.")
            raise serializers.ValidationError({"branch": [problem]})
        data = {
            **attrs,
            "integration": integration and integration.pk,
            "branch": branch and branch.pk,
            "days": str(attrs["days"] or ""),
        }
        form = KeyForm(data, editor=self.context["request"].user)
        checked(form)
        return {"wanted": form.wanted()}


class KeyViewSet(
    IdempotentMixin,
    ETagMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    GenericViewSet[IntegratorKey],
):
    """Keys of the branches within reach. To rotate one: make a second, move over, revoke the first."""

    permission_classes = [ByPeople]
    permissions_by_action = dict.fromkeys(("list", "retrieve", "create", "revoke"), MANAGE_KEYS)
    for_people = tuple(permissions_by_action)
    said_once = ("secret",)
    http_method_names = ["get", "post", "head", "options"]
    lookup_value_regex = "[0-9]{1,18}"
    serializer_class = IntegratorKeySerializer
    filter_backends: list[Any] = []
    orders = {"newest": ("-id",)}
    queryset = IntegratorKey.objects.none()

    def get_queryset(self) -> Any:
        caller: Any = self.request.user
        return IntegratorKey.objects.visible_to(caller).select_related("user__branch")

    @extend_schema(request=NewIntegratorKeySerializer, responses={201: MadeKeySerializer})
    def create(self, request: Request) -> Response:
        """Make a key; it opens no more than its maker may."""
        context = self.get_serializer_context()
        given = NewIntegratorKeySerializer(data=request.data, context=context)
        given.is_valid(raise_exception=True)
        wanted, caller = given.validated_data["wanted"], request.user
        key, secret = integrations.connect_integration(wanted, actor=caller)  # type: ignore[arg-type]
        return Response({**self.get_serializer(key).data, "secret": secret}, status=201)

    @extend_schema(request=None, responses={200: IntegratorKeySerializer})
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        """End a key at once. Twice is once."""
        key, caller = self.get_object(), request.user
        keys.revoke_key(key, actor=caller)  # type: ignore[arg-type]
        key.refresh_from_db(fields=["revoked_at"])
        return Response(self.get_serializer(key).data)

"""Roles by API: what they may do, changed as in the matrix of the settings."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.forms.roles import MatrixForm
from accounts.models import Role, User
from accounts.permissions import CHANGE_ROLE, VIEW_USER
from accounts.roles import Scope, declared_fields, declared_permissions
from accounts.services import people, roles
from accounts.services.reach import SHOWN
from crm_project.kit.api.etags import ETagMixin
from crm_project.kit.api.fields import StrictSerializer, Text
from crm_project.kit.api.forms import checked
from crm_project.kit.api.idempotency import IdempotentMixin

from .by_people import ByPeople
from .serializers import RoleSerializer


class _GrantableRoleField(serializers.SlugRelatedField[Role]):
    """A role by its code, among those that the caller may give."""

    def get_queryset(self) -> Any:
        request = self.context.get("request")
        if request is None:
            return Role.objects.none()
        known = [role.pk for role in people.grantable_roles(request.user)]
        return Role.objects.visible_to(request.user).filter(pk__in=known)


class NewRoleSerializer(StrictSerializer):
    """A role that begins with the permissions of another one."""

    name_ar = Text(max_length=120)
    name_en = Text(max_length=120)
    like = _GrantableRoleField(slug_field="code", queryset=Role.objects.none())


class RoleMatrixSerializer(StrictSerializer):
    """Cells to change: permission → scope, sensitive field → how it is shown. Others stay."""

    grants = serializers.DictField(
        child=serializers.ChoiceField(choices=Scope.choices), required=False
    )
    hidden_fields = serializers.DictField(
        child=serializers.ChoiceField(choices=SHOWN), required=False
    )
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1, required=False)

    def validate_grants(self, grants: dict[str, str]) -> dict[str, str]:
        """Permissions that exist."""
        known = {code for codes in declared_permissions().values() for code in codes}
        return _known(grants, known, _("There is no such permission."))

    def validate_hidden_fields(self, fields: dict[str, str]) -> dict[str, str]:
        """Sensitive fields that exist."""
        return _known(fields, set(declared_fields()), _("There is no such field."))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What the matrix does not offer to the caller is refused here."""
        role: Any = self.instance
        editor: User = self.context["request"].user
        cells = {**attrs.get("grants", {}), **attrs.get("hidden_fields", {})}
        version = attrs.get("version", role.version)
        form = MatrixForm({**cells, "version": version}, role=role, editor=editor)
        checked(form)
        return {"matrix": form.matrix()}


def _known(cells: dict[str, str], known: set[str], problem: Any) -> dict[str, str]:
    if unknown := sorted(name[:60] for name in cells.keys() - known):
        raise serializers.ValidationError({name: [problem] for name in unknown})
    return cells


class RoleViewSet(
    IdempotentMixin,
    ETagMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    GenericViewSet[Role],
):
    """Roles and what they may do; the highest role and the own one stay as they are."""

    permission_classes = [ByPeople]
    permissions_by_action = {
        "list": VIEW_USER,
        "retrieve": VIEW_USER,
        "create": CHANGE_ROLE,
        "partial_update": CHANGE_ROLE,
    }
    for_people = ("create", "partial_update")
    http_method_names = ["get", "post", "patch", "head", "options"]
    lookup_value_regex = "[0-9]{1,18}"
    serializer_class = RoleSerializer
    orders = {"code": ("code", "id")}
    queryset = Role.objects.none()

    def get_queryset(self) -> Any:
        caller: Any = self.request.user
        return Role.objects.visible_to(caller)

    def _given(self, serializer: Any, role: Role | None = None) -> Any:
        context = self.get_serializer_context()
        given = serializer(role, data=self.request.data, context=context)
        given.is_valid(raise_exception=True)
        return given.validated_data

    @extend_schema(request=NewRoleSerializer, responses={201: RoleSerializer})
    def create(self, request: Request) -> Response:
        """Make a role like another one; what differs is changed after that."""
        caller: Any = request.user
        role = roles.create_role(**self._given(NewRoleSerializer), actor=caller)
        return Response(self.get_serializer(role).data, status=201)

    @extend_schema(request=RoleMatrixSerializer, responses={200: RoleSerializer})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change cells of a role; its people have the new access at their next request."""
        role, caller = self.get_object(), request.user
        matrix = self._given(RoleMatrixSerializer, role)["matrix"]
        saved = roles.save_matrix(role, matrix, actor=caller)  # type: ignore[arg-type]
        return Response(self.get_serializer(saved).data)

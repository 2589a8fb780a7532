"""Branches, departments and teams by API, as on the organisation page of the settings."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import Branch, Department, Team
from accounts.permissions import CHANGE_SETTINGS, CHANGE_TEAMS, VIEW_USER
from accounts.services import organisation
from crm_project.kit.api.etags import ETagMixin
from crm_project.kit.api.fields import branch_code
from crm_project.kit.api.idempotency import IdempotentMixin

from .organisation_inputs import (
    BranchInputSerializer,
    ChangeDepartmentSerializer,
    ChangeTeamSerializer,
    NewDepartmentSerializer,
    NewTeamSerializer,
)


class BranchSerializer(serializers.ModelSerializer[Branch]):
    """A branch. Others name it by `id` in `branch`, beside its `code` in `branch_code`."""

    class Meta:
        model = Branch
        fields = ("id", *organisation.BRANCH_FIELDS)
        read_only_fields = fields


class DepartmentSerializer(serializers.ModelSerializer[Department]):
    """A department of a branch."""

    branch_code = branch_code()

    class Meta:
        model = Department
        fields = ("id", "branch", "branch_code", *organisation.DEPARTMENT_FIELDS)
        read_only_fields = fields


class TeamSerializer(serializers.ModelSerializer[Team]):
    """People of a branch who share work."""

    branch_code = branch_code()

    class Meta:
        model = Team
        fields = ("id", "branch", "branch_code", *organisation.TEAM_FIELDS)
        read_only_fields = fields


class _PieceViewSet(
    IdempotentMixin,
    ETagMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    GenericViewSet[Any],
):
    """Read by colleagues, changed by who may change them on the page."""

    http_method_names = ["get", "post", "patch", "delete", "head", "options"]
    lookup_value_regex = "[0-9]{1,18}"
    filter_backends: list[Any] = []
    orders: Any = {"oldest": ("id",)}
    new_serializer: Any
    change_serializer: Any

    def _given(self, serializer: Any, piece: Any = None) -> Any:
        given = serializer(
            piece,
            data=self.request.data,
            partial=piece is not None,
            context=self.get_serializer_context(),
        )
        given.is_valid(raise_exception=True)
        return given

    def _answer(self, piece: Any, status: int = 200) -> Response:
        return Response(self.get_serializer(piece).data, status=status)

    @property
    def caller(self) -> Any:
        """Who calls."""
        return self.request.user


class BranchViewSet(_PieceViewSet):
    """Branches that the caller belongs to, or all."""

    permissions_by_action = {
        "list": VIEW_USER,
        "retrieve": VIEW_USER,
        "create": CHANGE_SETTINGS,
        "partial_update": CHANGE_SETTINGS,
    }
    http_method_names = ["get", "post", "patch", "head", "options"]
    serializer_class = BranchSerializer
    orders = {"code": ("code", "id")}
    queryset = Branch.objects.none()

    def get_queryset(self) -> Any:
        if self.action == "partial_update":
            return organisation.changeable_branches(self.caller)
        return Branch.objects.visible_to(self.caller)

    @extend_schema(request=BranchInputSerializer, responses={201: BranchSerializer})
    def create(self, request: Request) -> Response:
        """Open a branch; for who changes the settings of the whole company."""
        if not organisation.may_add_branches(self.caller):
            raise PermissionDenied
        return self._answer(
            self._given(BranchInputSerializer).save_as(None, actor=self.caller), 201
        )

    @extend_schema(request=BranchInputSerializer, responses={200: BranchSerializer})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a branch. One with active people cannot be switched off."""
        branch = self.get_object()
        given = self._given(BranchInputSerializer, branch)
        return self._answer(given.save_as(branch, actor=self.caller))


class _OfBranchViewSet(_PieceViewSet):
    permissions_by_action = {
        "list": VIEW_USER,
        "retrieve": VIEW_USER,
        "create": CHANGE_TEAMS,
        "partial_update": CHANGE_TEAMS,
        "destroy": CHANGE_TEAMS,
    }

    def within(self, rows: Any) -> Any:
        """Return the rows in the caller's reach; to write, those of branches it may fill."""
        rows = rows.visible_to(self.caller).select_related("branch")
        if self.permissions_by_action.get(self.action) == CHANGE_TEAMS:
            return rows.filter(branch__in=organisation.fillable_branches(self.caller))
        return rows

    def _create(self, kind: Any) -> Response:
        given = self._given(self.new_serializer)
        piece = kind(branch=given.validated_data["branch"])
        return self._answer(given.save_as(piece, actor=self.caller), 201)

    def _change(self) -> Response:
        piece = self.get_object()
        given = self._given(self.change_serializer, piece)
        return self._answer(given.save_as(piece, actor=self.caller))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Remove it; what is still used is kept: 409."""
        organisation.remove_piece(self.get_object(), actor=self.caller)
        return Response(status=204)


class DepartmentViewSet(_OfBranchViewSet):
    """Departments of the branches within the caller's reach."""

    serializer_class = DepartmentSerializer
    new_serializer = NewDepartmentSerializer
    change_serializer = ChangeDepartmentSerializer
    queryset = Department.objects.none()

    def get_queryset(self) -> Any:
        return self.within(Department.objects.all())

    @extend_schema(request=NewDepartmentSerializer, responses={201: DepartmentSerializer})
    def create(self, request: Request) -> Response:
        """Add a department to a branch."""
        return self._create(Department)

    @extend_schema(request=ChangeDepartmentSerializer, responses={200: DepartmentSerializer})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a department."""
        return self._change()


class TeamViewSet(_OfBranchViewSet):
    """Teams of the branches within the caller's reach."""

    serializer_class = TeamSerializer
    new_serializer = NewTeamSerializer
    change_serializer = ChangeTeamSerializer
    queryset = Team.objects.none()

    def get_queryset(self) -> Any:
        return self.within(Team.objects.prefetch_related("members"))

    @extend_schema(request=NewTeamSerializer, responses={201: TeamSerializer})
    def create(self, request: Request) -> Response:
        """Add a team to a branch."""
        return self._create(Team)

    @extend_schema(request=ChangeTeamSerializer, responses={200: TeamSerializer})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a team and its members."""
        return self._change()

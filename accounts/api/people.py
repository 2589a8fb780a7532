"""Users by API. Another branch's user does not exist here: 404."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.filters import UserFilter
from accounts.models import User
from accounts.permissions import CHANGE_USER, VIEW_USER
from accounts.services import people
from crm_project.kit.api.etags import ETagMixin
from crm_project.kit.api.idempotency import IdempotentMixin

from .serializers import UserSerializer, WriteUserSerializer


class UserViewSet(
    IdempotentMixin,
    ETagMixin,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    GenericViewSet[User],
):
    """Colleagues: read, invited, changed."""

    permissions_by_action = {
        "list": VIEW_USER,
        "retrieve": VIEW_USER,
        "create": CHANGE_USER,
        "partial_update": CHANGE_USER,
    }
    http_method_names = ["get", "post", "patch", "head", "options"]
    filterset_class = UserFilter
    orders = {"name": ("name", "id"), "newest": ("-id",)}
    queryset = User.objects.none()
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        caller: Any = self.request.user
        if self.action == "partial_update":
            rows = people.changeable_by(caller)
        else:
            rows = User.objects.visible_to(caller)
        return rows.filter(is_service=False).select_related("role", "branch")

    def get_serializer_class(self) -> Any:
        is_write = self.action in ("create", "partial_update")
        return WriteUserSerializer if is_write else UserSerializer

    @extend_schema(responses={201: UserSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Invite a colleague: the link to the first password goes by e-mail."""
        return super().create(request, *args, **kwargs)

    @extend_schema(responses={200: UserSerializer})
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Change a colleague. A new role, branch or state signs them out everywhere."""
        return super().partial_update(request, *args, **kwargs)

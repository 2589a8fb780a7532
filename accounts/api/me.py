"""The caller by API: who they are, what they may do, and the own profile."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.forms.people import ProfileForm
from accounts.models import User
from accounts.permissions import USE_ACCOUNT, VIEW_USER
from accounts.services import people
from crm_project.kit.api.fields import StrictSerializer, Text
from crm_project.kit.api.forms import checked

from .by_people import ByPeople
from .serializers import MeSerializer


class ProfileSerializer(StrictSerializer):
    """What people change about themselves; the password is changed on its page."""

    name = Text(max_length=120)
    name_en = Text(max_length=120, allow_blank=True)
    phone = Text(max_length=32, allow_blank=True)
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
    theme = serializers.ChoiceField(choices=User.Theme.choices)
    is_rail = serializers.BooleanField(help_text=_("narrow sidebar"))
    has_single_keys = serializers.BooleanField(help_text=_("single-key shortcuts"))
    is_available = serializers.BooleanField(help_text=_("takes new leads"))

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What the page refuses is refused here."""
        me: Any = self.instance
        known = {name: getattr(me, name) for name in ProfileForm.base_fields}
        cleaned = checked(ProfileForm({**known, **attrs}, user=me))
        return {name: cleaned.get(name, value) for name, value in attrs.items()}


class MeViewSet(mixins.RetrieveModelMixin, GenericViewSet[User]):
    """The caller. Every call moves `last_seen_at`, so there is no ETag here."""

    permission_classes = [ByPeople]
    permissions_by_action = {"retrieve": VIEW_USER, "partial_update": USE_ACCOUNT}
    for_people = ("partial_update",)
    serializer_class = MeSerializer
    filter_backends: list[Any] = []
    queryset = User.objects.none()

    def get_object(self) -> User:
        """Return the caller."""
        caller: Any = self.request.user
        return caller  # type: ignore[no-any-return]

    @extend_schema(responses=MeSerializer)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Who calls, and what they may do."""
        return super().retrieve(request, *args, **kwargs)

    @extend_schema(request=ProfileSerializer, responses={200: MeSerializer})
    def partial_update(self, request: Request) -> Response:
        """Change the own profile, as on its page."""
        me = self.get_object()
        given = ProfileSerializer(me, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        people.update_own_profile(me, given.validated_data)
        return Response(self.get_serializer(me).data)

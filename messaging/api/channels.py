"""Channels and conversations by API. Tokens and passwords of channels are never shown."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Branch
from crm_project.kit.api.etags import ETagMixin
from crm_project.kit.api.fields import (
    OptionalFields,
    StrictSerializer,
    Text,
    VisibleRelatedField,
    branch_code,
)
from crm_project.kit.api.forms import checked
from crm_project.kit.api.idempotency import IdempotentMixin
from customers.masking import EMAIL, PHONE, shown_email, shown_phone
from messaging.forms.channels import KIND_LABELS, ChannelForm
from messaging.models import Channel, Conversation
from messaging.models.channels import ChannelKind
from messaging.permissions import CHANGE_CHANNEL, VIEW_MESSAGE
from messaging.services.channels import KEPT_KINDS, add_channel, change_channel, version_of

from .views import ById


class ChannelSerializer(serializers.ModelSerializer[Channel]):
    """A number, mailbox or form; `external_id` is its id at the provider."""

    branch_code = branch_code()

    class Meta:
        model = Channel
        fields = (
            *("id", "kind", "name", "branch", "branch_code", "external_id", "address"),
            "is_active",
        )
        read_only_fields = fields


class ChangeChannelSerializer(OptionalFields, StrictSerializer):
    """What to change; which number or mailbox it is stays: its conversations hang on it."""

    name = Text(max_length=80)
    address = Text(max_length=254, allow_blank=True)
    branch = VisibleRelatedField(queryset=Branch.objects.active())
    is_active = serializers.BooleanField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What the page refuses is refused here."""
        editor, channel = self.context["request"].user, self.instance
        known = {"is_active": True} if channel is None else _known(channel)
        branch = {"branch": attrs["branch"].pk} if "branch" in attrs else {}
        form = ChannelForm({**known, **attrs, **branch}, editor=editor, channel=channel)
        checked(form)
        return {"about": form.about_channel}


class NewChannelSerializer(ChangeChannelSerializer):
    """A WhatsApp number (the phone number ID shown by Meta) or a mailbox (its address)."""

    kind = serializers.ChoiceField(choices=KIND_LABELS)
    external_id = Text(max_length=120)

    def get_fields(self) -> dict[str, Any]:
        """Return the fields; a new channel needs what names it."""
        fields = super().get_fields()
        for name in ("kind", "external_id", "name", "branch"):
            fields[name].required = True
        return fields


def _known(channel: Channel) -> dict[str, Any]:
    names = ("kind", "external_id", "name", "address", "is_active")
    return {**{name: getattr(channel, name) for name in names}, "branch": channel.branch_id}


class ConversationSerializer(serializers.ModelSerializer[Conversation]):
    """One person on one channel. Phone and e-mail as the role may see them."""

    branch_code = branch_code()
    phone = serializers.SerializerMethodField()
    email = serializers.SerializerMethodField()

    class Meta:
        model = Conversation
        fields = (
            *("id", "channel", "kind", "branch", "branch_code", "owner", "customer", "name"),
            *("phone", "email", "last_inbound_at", "last_message_at", "created_at"),
        )
        read_only_fields = fields

    def get_phone(self, conversation: Conversation) -> str:
        """E.164, or as the role may see it."""
        mode = self.context["request"].user.sees_field(PHONE)
        return shown_phone(conversation.phone, mode, is_formatted=False)

    def get_email(self, conversation: Conversation) -> str:
        """The address, or as the role may see it."""
        return shown_email(conversation.email, self.context["request"].user.sees_field(EMAIL))


class ConversationFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Conversations of a customer, of a channel, of a kind of channel."""

    customer = django_filters.NumberFilter(label=_("Customer"), min_value=1, max_value=2**62)
    channel = django_filters.NumberFilter(label=_("Channel"), min_value=1, max_value=2**62)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=ChannelKind.choices)

    class Meta:
        model = Conversation
        fields: list[str] = []


class ChannelViewSet(IdempotentMixin, ETagMixin, ById):
    """Ways in of the caller's branch. Numbers and mailboxes are kept here, the others by their form."""

    permissions_by_action = dict.fromkeys(
        ("list", "retrieve", "create", "partial_update"), CHANGE_CHANNEL
    )
    serializer_class = ChannelSerializer
    filter_backends: list[Any] = []
    orders = {"oldest": ("id",)}
    queryset = Channel.objects.none()

    def get_queryset(self) -> Any:
        rows = Channel.objects.visible_to(self.request.user).select_related("branch")
        return rows.filter(kind__in=KEPT_KINDS) if self.action == "partial_update" else rows

    def _given(self, serializer: Any, channel: Channel | None = None) -> Any:
        context = self.get_serializer_context()
        given = serializer(channel, data=self.request.data, context=context)
        given.is_valid(raise_exception=True)
        return given.validated_data["about"]

    @extend_schema(request=NewChannelSerializer, responses={201: ChannelSerializer})
    def create(self, request: Request) -> Response:
        """Add a number or mailbox before its first message."""
        caller: Any = request.user
        channel = add_channel(self._given(NewChannelSerializer), actor=caller)
        return Response(self.get_serializer(channel).data, status=201)

    @extend_schema(request=ChangeChannelSerializer, responses={200: ChannelSerializer})
    def partial_update(self, request: Request, pk: str) -> Response:
        """Give a channel another name or branch; conversations that exist stay where they are."""
        channel, caller = self.get_object(), request.user
        about, seen = self._given(ChangeChannelSerializer, channel), version_of(channel)
        changed = change_channel(channel, about, actor=caller, seen=seen)  # type: ignore[arg-type]
        return Response(self.get_serializer(changed).data)


class ConversationViewSet(ETagMixin, ById):
    """Conversations within the caller's reach; their messages are in `messages`."""

    permissions_by_action = {"list": VIEW_MESSAGE, "retrieve": VIEW_MESSAGE}
    serializer_class = ConversationSerializer
    filterset_class = ConversationFilter
    orders = {"newest": ("-id",), "oldest": ("id",)}
    queryset = Conversation.objects.none()

    def get_queryset(self) -> Any:
        return Conversation.objects.visible_to(self.request.user).select_related("branch")

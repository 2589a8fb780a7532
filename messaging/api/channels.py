"""Channels and conversations by API: read only. Tokens and passwords of channels are never shown."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from crm_project.kit.api.etags import ETagMixin
from crm_project.kit.api.fields import branch_code
from customers.masking import EMAIL, PHONE, shown_email, shown_phone
from messaging.models import Channel, Conversation
from messaging.models.channels import ChannelKind
from messaging.permissions import CHANGE_CHANNEL, VIEW_MESSAGE

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


class ChannelViewSet(ETagMixin, ById):
    """Ways in of the caller's branch."""

    permissions_by_action = {"list": CHANGE_CHANNEL, "retrieve": CHANGE_CHANNEL}
    serializer_class = ChannelSerializer
    filter_backends: list[Any] = []
    orders = {"oldest": ("id",)}
    queryset = Channel.objects.none()

    def get_queryset(self) -> Any:
        return Channel.objects.visible_to(self.request.user).select_related("branch")


class ConversationViewSet(ETagMixin, ById):
    """Conversations within the caller's reach; their messages are in `messages`."""

    permissions_by_action = {"list": VIEW_MESSAGE, "retrieve": VIEW_MESSAGE}
    serializer_class = ConversationSerializer
    filterset_class = ConversationFilter
    orders = {"newest": ("-id",), "oldest": ("id",)}
    queryset = Conversation.objects.none()

    def get_queryset(self) -> Any:
        return Conversation.objects.visible_to(self.request.user).select_related("branch")

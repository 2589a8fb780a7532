"""Conversations with people outside, and their messages."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import ScopedQuerySet
from accounts.models import Branch
from customers.models import Customer
from messaging import permissions

from .channels import Channel, ChannelKind
from .signals import Signal


class ConversationQuerySet(ScopedQuerySet):
    """Reads of conversations."""

    view_permission = permissions.VIEW_MESSAGE


class Conversation(models.Model):
    """One person on one channel. Known by phone, BSUID or e-mail; the phone may be missing."""

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="conversations")
    kind = models.CharField(max_length=12, choices=ChannelKind)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="conversations")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    customer = models.ForeignKey(
        Customer, models.SET_NULL, null=True, blank=True, related_name="conversations"
    )
    person = models.CharField(max_length=254)  # the key of the person on this channel
    name = models.CharField(_("name"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    bsuid = models.CharField(_("WhatsApp user id"), max_length=140, blank=True)
    username = models.CharField(_("WhatsApp name"), max_length=80, blank=True)
    last_inbound_at = models.DateTimeField(null=True, blank=True)
    last_message_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "person"], name="conversation_once_per_person_and_channel"
            )
        ]
        indexes = [
            models.Index(
                fields=["channel", "bsuid"], condition=~Q(bsuid=""), name="conversation_bsuid"
            ),
            models.Index(
                fields=["channel", "phone"], condition=~Q(phone=""), name="conversation_phone"
            ),
            models.Index(fields=["customer", "-last_message_at"], name="conversation_customer"),
        ]

    def __str__(self) -> str:
        return self.name or self.phone or self.email or self.username or self.person


class MessageQuerySet(ScopedQuerySet):
    """Reads of messages, as visible as their conversation."""

    view_permission = permissions.VIEW_MESSAGE
    owner_path = "conversation__owner"
    branch_path = "conversation__branch"


class Message(models.Model):
    """One message in or out. The provider's id makes a repeat harmless."""

    class Direction(models.TextChoices):
        IN = "in", _("Received")
        OUT = "out", _("Sent")

    class Status(models.TextChoices):
        RECEIVED = "received", _("Received")
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        UNKNOWN = "unknown", _("Outcome unknown")
        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Delivered")
        READ = "read", _("Read")
        FAILED = "failed", _("Failed")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=3, choices=Direction)
    provider_id = models.CharField(max_length=300, unique=True, null=True, blank=True)
    signal = models.ForeignKey(
        Signal, models.SET_NULL, null=True, blank=True, related_name="messages"
    )
    kind = models.CharField(_("kind"), max_length=30, default="text")
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)
    full_text = models.TextField(_("with quotes"), blank=True)
    html = models.TextField(blank=True)
    answers = models.JSONField(default=dict)  # what a form stated field by field
    details = models.JSONField(default=dict)  # referral, media, order lines … as the provider sent
    reply_to = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.RECEIVED)
    status_times = models.JSONField(default=dict)
    error = models.CharField(max_length=300, blank=True)
    is_automatic = models.BooleanField(_("automatic"), default=False)
    idempotency_key = models.CharField(max_length=80, unique=True, null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["sent_at", "pk"]
        indexes = [
            models.Index(fields=["conversation", "sent_at", "id"], name="message_thread"),
            models.Index(fields=["-sent_at", "-id"], name="message_newest"),
            models.Index(
                fields=["sent_at"], condition=Q(status="sending"), name="message_being_sent"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60] or self.kind


class StatusReceipt(models.Model):
    """One status that the provider told us, once; kept even when its message is not known yet."""

    provider_id = models.CharField(max_length=300)
    status = models.CharField(max_length=12)
    at = models.DateTimeField(null=True)
    errors = models.JSONField(default=list)
    pricing = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider_id", "status"], name="status_receipt_once")
        ]

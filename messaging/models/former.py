"""Numbers and user ids that a person has left: what still comes from them is theirs."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .channels import Channel
from .conversations import Conversation


class FormerIdentity(models.Model):
    """A number or WhatsApp user id that a conversation was known by until its person changed it."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="former_identities")
    channel = models.ForeignKey(Channel, models.CASCADE, related_name="+")
    identity = models.CharField(max_length=254)  # as Person writes it: "phone:+9665…", "bsuid:SA.…"
    left_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("former number")
        verbose_name_plural = _("former numbers")
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "identity", "conversation"], name="former_identity_once"
            )
        ]

    def __str__(self) -> str:
        return self.identity

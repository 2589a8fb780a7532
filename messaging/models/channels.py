"""A channel: one number, mailbox or form through which people write to a branch."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Branch


class ChannelKind(models.TextChoices):
    """The ways in."""

    WHATSAPP = "whatsapp", _("WhatsApp")
    EMAIL = "email", _("E-mail")
    WEB_FORM = "web_form", _("Web form")
    MARKETPLACE = "marketplace", _("Marketplace")


class ChannelQuerySet(models.QuerySet["Channel"]):
    """Reads of channels."""

    def visible_to(self, user: Any) -> "ChannelQuerySet":
        """Channels of the user's branch; all for people of the whole company."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_company_wide else self.filter(branch_id=user.branch_id)


class Channel(models.Model):
    """Where a conversation takes place, and so which branch it belongs to."""

    kind = models.CharField(_("kind"), max_length=12, choices=ChannelKind)
    name = models.CharField(_("name"), max_length=80)
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="channels")
    external_id = models.CharField(_("id at the provider"), max_length=120)
    address = models.CharField(_("number or address"), max_length=254, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "external_id"], name="channel_once_per_provider_id"
            )
        ]

    def __str__(self) -> str:
        return self.name

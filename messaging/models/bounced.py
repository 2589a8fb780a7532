"""Addresses that do not exist any more, by the word of their mail server."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class BouncedAddress(models.Model):
    """An address to which nothing is sent until a person lifts it: then the row goes."""

    address = models.CharField(_("address"), max_length=254, unique=True)  # see services.bounced
    reason = models.CharField(_("reason"), max_length=300)  # the server's words, no contacts in it
    bounced_at = models.DateTimeField(_("came back"), default=timezone.now)

    class Meta:
        verbose_name = _("address that came back")
        verbose_name_plural = _("addresses that came back")

    def __str__(self) -> str:
        return self.address

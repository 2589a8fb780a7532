"""How far what is done again and again has come."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .access import OperationsQuerySet


class Mark(models.Model):
    """What a recurring check noted last: the log's verified end, the certificate's last day."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)

    objects = OperationsQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")

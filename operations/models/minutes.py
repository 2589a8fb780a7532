"""What happened in each minute: the base of windowed figures, across processes and restarts."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from .access import OperationsQuerySet


class Minute(models.Model):
    """How much of one thing happened in one minute; kept for KEEP_MINUTES (services.minutes).

    Requests are added up by the web processes; the others are counted from their tables by a
    sweep. A row of signals exists for every minute that was looked at, also of none: what was not
    measured is no silence.
    """

    class Name(models.TextChoices):
        PAGE = "page", _("Pages")
        API = "api", _("API")
        WEBHOOK = "webhook", _("Webhooks and forms")
        SIGNAL = "signal", _("Signals received")
        MESSAGE_IN = "message_in", _("Messages received")
        MESSAGE_OUT = "message_out", _("Messages sent")
        SIGN_IN = "sign_in", _("Sign-in tries")

    name = models.CharField(max_length=12, choices=Name)
    minute = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)  # of them: 5xx, not delivered, wrong password
    timed = ArrayField(models.PositiveIntegerField(), default=list)  # requests by latency.EDGES

    objects = OperationsQuerySet.as_manager()

    class Meta:
        verbose_name = _("minute")
        verbose_name_plural = _("minutes")
        constraints = [
            models.UniqueConstraint(fields=["name", "minute"], name="minute_once_per_name")
        ]

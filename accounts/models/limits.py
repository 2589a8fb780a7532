"""What crm_project.kit.limits counts where there is no Redis."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CallCount(models.Model):
    """Calls of one kind by one caller in one window. Not logged: a crash may forget it."""

    key = models.CharField(max_length=100, primary_key=True)
    count = models.PositiveIntegerField(default=1)
    ends_at = models.DateTimeField()

    class Meta:
        verbose_name = _("count of calls")
        verbose_name_plural = _("counts of calls")

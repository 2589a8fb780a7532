"""Numbers without gaps, for documents that the law counts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .company import Branch


class NumberSeries(models.Model):
    """The last number given out of one kind, branch and year (of the branch's clock)."""

    kind = models.CharField(_("kind"), max_length=16)  # "order", "receipt", "delivery"
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "branch", "year"], name="number_series_once_a_year"
            )
        ]

"""Fields that the company adds to its customers."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.company import Bilingual

from .customers import EveryoneReadsQuerySet


class CustomField(Bilingual):
    """The definition of a field; its values lie in `Customer.custom` under `code`.

    Stored by kind: text and choice str, number a decimal string, date "YYYY-MM-DD", yes_no bool,
    choices a list of str. Codes of choices never change; their labels may.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        YES_NO = "yes_no", _("Yes or no")
        CHOICE = "choice", _("One of a list")
        CHOICES = "choices", _("Several of a list")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    choices = models.JSONField(_("list"), default=list, blank=True)  # [{"code", "ar", "en"}]
    help_ar = models.CharField(_("Arabic hint"), max_length=200, blank=True)
    help_en = models.CharField(_("English hint"), max_length=200, blank=True)
    lowest = models.DecimalField(
        _("at least"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    highest = models.DecimalField(
        _("at most"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    is_required = models.BooleanField(_("required"), default=False)
    is_filterable = models.BooleanField(_("offered as a filter"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = EveryoneReadsQuerySet.as_manager()

    class Meta:
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[a-z][a-z0-9_]*$"), name="custom_field_code"
            )
        ]

"""Types of inspections, and what is asked at each."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models.company import Bilingual
from inspections import permissions
from inventory.models import Product


class TemplateQuerySet(models.QuerySet[Any]):
    """Types and checklists: everybody who sees inspections reads them."""

    def visible_to(self, user: Any) -> "TemplateQuerySet":
        """All rows for people who may see inspections at all."""
        return self if user.is_authenticated and user.has_perm(permissions.VIEW) else self.none()

    def active(self) -> "TemplateQuerySet":
        """In use."""
        return self.filter(is_active=True)


class InspectionType(Bilingual):
    """A kind of visit with its usual length and its checklist."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    minutes = models.PositiveSmallIntegerField(_("usual length (minutes)"), default=60)
    needs_signature = models.BooleanField(_("customer signs"), default=True)
    keeps_photo_location = models.BooleanField(_("photos keep their location"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection type")
        verbose_name_plural = _("inspection types")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=720), name="inspection_type_length"
            )
        ]


class ChecklistItem(models.Model):
    """One thing to measure, judge, choose, photograph or write at a visit of a type.

    Items are never changed once answered: they are retired (`is_active`) and replaced.
    A `product` makes a number that was measured a line of the draft order: quantity =
    max(0, value − included) × per_unit.
    """

    class Kind(models.TextChoices):
        NUMBER = "number", _("Measurement")
        CHECK = "check", _("Sound, faulty or not applicable")
        YES_NO = "yes_no", _("Yes or no")
        CHOICE = "choice", _("Choice")
        TEXT = "text", _("Text")
        PHOTO = "photo", _("Photo")

    type = models.ForeignKey(InspectionType, models.CASCADE, related_name="items")
    section_ar = models.CharField(_("Arabic section"), max_length=80, blank=True)
    section_en = models.CharField(_("English section"), max_length=80, blank=True)
    label_ar = models.CharField(_("Arabic label"), max_length=160)
    label_en = models.CharField(_("English label"), max_length=160)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    unit = models.CharField(_("unit"), max_length=12, blank=True)
    lowest = models.DecimalField(
        _("at least"), max_digits=12, decimal_places=3, null=True, blank=True
    )
    highest = models.DecimalField(
        _("at most"), max_digits=12, decimal_places=3, null=True, blank=True
    )
    choices = models.JSONField(_("choices"), default=list, blank=True)  # [{"ar": …, "en": …}]
    is_required = models.BooleanField(_("required"), default=False)
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        verbose_name=_("becomes an item of the order"),
        null=True,
        blank=True,
        related_name="+",
    )
    included = models.DecimalField(
        _("included in the price"), max_digits=12, decimal_places=3, default=0
    )
    per_unit = models.DecimalField(
        _("quantity per unit"), max_digits=12, decimal_places=3, default=1
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist items")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(lowest=None) | Q(highest=None) | Q(lowest__lte=F("highest")),
                name="checklist_item_range",
            ),
            models.CheckConstraint(
                condition=Q(product=None) | Q(kind__in=("number", "yes_no")),
                name="checklist_item_priced_is_counted",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The label in the reader's language."""
        return self.label_en if get_language() == "en" else self.label_ar

    @property
    def section(self) -> str:
        """The section in the reader's language."""
        return self.section_en if get_language() == "en" else self.section_ar

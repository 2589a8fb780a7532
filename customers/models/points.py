"""How a customer can be reached."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import ScopedQuerySet
from customers import permissions

from .customers import Customer


class ContactPointQuerySet(ScopedQuerySet):
    """Reads of contact points, as visible as their customer."""

    view_permission = permissions.VIEW
    owner_path = "customer__owner"
    branch_path = "customer__branch"

    def in_use(self) -> "ContactPointQuerySet":
        """Not removed."""
        return self.filter(removed_at=None)


class ContactPoint(models.Model):
    """One phone (E.164) or e-mail (lower case) of a customer."""

    class Kind(models.TextChoices):
        PHONE = "phone", _("Phone")
        EMAIL = "email", _("E-mail")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="points")
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    value = models.CharField(_("value"), max_length=254)
    raw = models.CharField(_("as written"), max_length=254, blank=True)
    label = models.CharField(_("label"), max_length=40, blank=True)
    is_primary = models.BooleanField(_("primary"), default=False)
    has_whatsapp = models.BooleanField(_("on WhatsApp"), default=False)
    created_at = models.DateTimeField(_("added"), default=timezone.now)
    removed_at = models.DateTimeField(null=True, editable=False)  # its consents stay on record

    objects = ContactPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact point")
        verbose_name_plural = _("contact points")
        ordering = ["-is_primary", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind", "value"], name="contact_point_once_per_customer"
            ),
            models.UniqueConstraint(
                fields=["customer", "kind"],
                condition=models.Q(is_primary=True),
                name="contact_point_one_primary_per_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(removed_at=None) | models.Q(is_primary=False),
                name="contact_point_removed_is_not_primary",
            ),
        ]
        indexes = [models.Index(fields=["kind", "value"], name="contact_point_value")]

    def __str__(self) -> str:
        return self.value

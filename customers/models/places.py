"""Where a customer is, and the files kept about them."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .customers import Customer
from .dealings import OfCustomerQuerySet


class Address(models.Model):
    """One address; the primary one is copied to the customer's row for lists."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="addresses")
    label = models.CharField(_("label"), max_length=40, blank=True)  # "villa", "office"
    line = models.CharField(_("address"), max_length=300)
    district = models.CharField(_("district"), max_length=80, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=12, blank=True)
    country = models.CharField(_("country"), max_length=2, default="SA")  # ISO 3166-1
    map_url = models.URLField(_("map link"), max_length=500, blank=True)
    is_primary = models.BooleanField(_("primary"), default=False)
    created_at = models.DateTimeField(_("added"), default=timezone.now)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["-is_primary", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=models.Q(is_primary=True),
                name="address_one_primary",
            )
        ]

    def __str__(self) -> str:
        return self.line


class Attachment(models.Model):
    """A file about a customer, served only through its own permission-checked address."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="attachments")
    file = models.FileField(_("file"), upload_to="customers/", max_length=200)
    name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(max_length=80)  # by content, not by name
    size = models.PositiveBigIntegerField(_("size"))  # bytes
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("added"), default=timezone.now)
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = OfCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

"""What was paid for an order, and paid back. Append-only: an error is refunded."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .orders import AMOUNT, OfOrderQuerySet, Order


class Payment(models.Model):
    """`amount` in the order's currency: positive for a payment, negative for a refund.

    The trigger of migration 0002 adds it up in `Order.paid`, whose checks refuse too much.
    """

    class Method(models.TextChoices):
        CASH = "cash", _("Cash")
        CARD = "card", _("Card")
        TRANSFER = "transfer", _("Bank transfer")
        CHEQUE = "cheque", _("Cheque")
        ONLINE = "online", _("Payment link")

    order = models.ForeignKey(Order, models.PROTECT, related_name="payments")
    number = models.CharField(_("receipt"), max_length=24, unique=True)
    amount = models.DecimalField(_("amount"), **AMOUNT)
    method = models.CharField(_("method"), max_length=8, choices=Method)
    reference = models.CharField(_("reference"), max_length=80, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    refund_of = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="refunds"
    )
    request_id = models.UUIDField(unique=True)  # one per submit
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = OfOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, refund_of=None) | Q(amount__lt=0),
                name="payment_moves_money",
            ),
        ]
        indexes = [
            models.Index(fields=["-at", "-id"], name="payment_newest"),
            models.Index(fields=["order", "-id"], name="payment_order"),
            models.Index(fields=["method"], name="payment_method"),  # the rare ones
            models.Index(fields=["-at", "-id"], condition=Q(amount__lt=0), name="payment_refund"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_refund(self) -> bool:
        """True for money that went back."""
        return self.amount < 0
